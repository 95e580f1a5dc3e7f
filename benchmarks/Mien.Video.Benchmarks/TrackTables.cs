namespace Mien.Video.Benchmarks;

/// <summary>Identities on made crossings.</summary>
internal static class TrackTables
{
    public static async Task WriteAsync(string model)
    {
        Markdown.Heading($"Crossings, `{model}`: switches + breaks (faces missed of those visible)");
        Markdown.Head("duration, distance, in front", "every frame", "10 a second", "5 a second");
        using VideoRecognizer recognizer = VideoRecognizer.Create(new RecognizerOptions { Model = model });
        double?[] rates = [null, 10, 5];
        int[] switches = new int[rates.Length];
        int[] breaks = new int[rates.Length];
        int clips = 0;
        foreach ((string name, MadeClip clip) in BenchmarkClips.Crossings())
        {
            MadeClipFile file = MadeClips.File(clip);
            var cells = new List<string> { name };
            for (int i = 0; i < rates.Length; i++)
            {
                var tally = new TrackTally();
                var options = new VideoOptions { FramesPerSecond = rates[i] };
                await foreach (FrameResult frame in recognizer.RecognizeAsync(file.Path, options))
                {
                    tally.Add(file.Truth.Frames[(int)frame.Frame], frame.Faces);
                }

                switches[i] += tally.Switches;
                breaks[i] += tally.Breaks;
                cells.Add($"{tally.Switches} + {tally.Breaks} ({tally.Missed} of {tally.Found + tally.Missed})");
            }

            clips++;
            Markdown.Row(cells);
        }

        Markdown.Row([$"all {clips}", .. switches.Zip(breaks, (s, b) => $"{s} + {b}")]);
    }
}
