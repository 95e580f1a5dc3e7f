namespace Mien.Video.Tests;

/// <summary>Checks that the C# code in the package's README is the code in this file, so that it compiles.</summary>
public class ReadmeTests
{
    [Fact]
    public void The_code_of_the_readme_is_compiled_here()
    {
        string[] readme = Blocks("src/Mien.Video/README.md", "```csharp", "```", 0);
        string[] compiled = Blocks(
            "tests/Mien.Video.Tests/ReadmeTests.cs",
            "        // README begins",
            "        // README ends",
            8
        );
        Assert.Equal(2, readme.Length);
        Assert.Equal(readme, compiled);
    }

    [Fact]
    public async Task The_code_for_decoded_frames_runs()
    {
        byte[][] camera = [.. Enumerable.Range(0, 3).Select(i => MadeFrames.Moving(i).Pixels)];
        Assert.Equal(
            ["0.00 s: 1 happiness", "0.04 s: 1 happiness", "0.08 s: 1 happiness"],
            await Frames(MadeFrames.Recognizer, camera.ToAsyncEnumerable()).ToListAsync()
        );
    }

    internal static async Task File()
    {
        // README begins
        using VideoRecognizer recognizer = VideoRecognizer.Create();
        await foreach (FrameResult frame in recognizer.RecognizeAsync("interview.mp4"))
        {
            foreach (TrackedFace face in frame.Faces)
            {
                Console.WriteLine($"{frame.Time.TotalSeconds:0.00} s, face {face.Id}: {face.Smoothed}");
            }
        }

        // README ends
    }

    private static async IAsyncEnumerable<string> Frames(VideoRecognizer recognizer, IAsyncEnumerable<byte[]> camera)
    {
        // README begins
        IAsyncEnumerable<VideoFrame> frames = camera.Select(
            (pixels, i) =>
                new VideoFrame(
                    Photo.FromPixels(pixels, 640, 360, PixelLayout.Gray),
                    number: i,
                    time: TimeSpan.FromSeconds(i / 25.0)
                )
        );
        await foreach (FrameResult frame in recognizer.RecognizeFramesAsync(frames))
        {
            string faces = string.Join(", ", frame.Faces.Select(f => $"{f.Id} {f.Smoothed.Label}"));
            yield return $"{frame.Time.TotalSeconds:0.00} s: {faces}";
        }

        // README ends
    }

    private static string[] Blocks(string path, string begin, string end, int indent)
    {
        string[] lines = System.IO.File.ReadAllLines(Repository.PathOf(path));
        var blocks = new List<string>();
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i] == begin)
            {
                int last = Array.IndexOf(lines, end, i);
                blocks.Add(
                    string.Join('\n', lines[(i + 1)..last].Select(l => l.Length < indent ? l : l[indent..]))
                        .TrimEnd('\n')
                );
                i = last;
            }
        }

        return [.. blocks];
    }
}
