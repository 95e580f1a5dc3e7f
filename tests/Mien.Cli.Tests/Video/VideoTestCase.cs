using System.Text.Json;

namespace Mien.Cli.Tests;

/// <summary>What the tests of <c>mien video</c> share: a folder, a small model and names of videos.</summary>
public abstract class VideoTestCase : IDisposable
{
    protected VideoTestCase()
    {
        Model = BrightnessModel.Write(Folder["m.onnx"]);
        Clip = Folder.Write("clip.mp4", "made by the test");
    }

    protected TempFolder Folder { get; } = new();

    protected string Model { get; }

    /// <summary>The path of a file with the name of a video.</summary>
    protected string Clip { get; }

    public void Dispose()
    {
        FrameSource.Made.Value = null;
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs the command on made frames.</summary>
    private protected CliResult Run(MadeVideo video, params string[] args) => Run(video, CancellationToken.None, args);

    private protected CliResult Run(MadeVideo video, CancellationToken cancellationToken, params string[] args) =>
        Run(_ => video, cancellationToken, args);

    private protected CliResult Run(
        Func<string, MadeVideo> videos,
        CancellationToken cancellationToken,
        params string[] args
    )
    {
        using (MadeFrames.Use(videos))
        {
            return Cli.Run(cancellationToken, ["video", .. args, "--model", Model, "--detector", "front"]);
        }
    }

    /// <summary>The rows of a CSV file as dictionaries by column.</summary>
    protected static List<Dictionary<string, string>> Csv(string text)
    {
        // No field of these tests needs quotes.
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] columns = lines[0].Split(',');
        var rows = new List<Dictionary<string, string>>();
        foreach (string line in lines.Skip(1))
        {
            string[] fields = line.Split(',');
            Assert.Equal(columns.Length, fields.Length);
            rows.Add(columns.Zip(fields).ToDictionary(c => c.First, c => c.Second, StringComparer.Ordinal));
        }

        return rows;
    }

    protected static List<JsonElement> Json(string text) =>
        [
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => JsonDocument.Parse(l).RootElement.Clone()),
        ];
}
