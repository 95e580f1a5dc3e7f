using Mien.CommandLine;

namespace Mien.Lab.Tests;

/// <summary>Errors of the experiment commands for wrong arguments.</summary>
public sealed class ExperimentRunErrorTests(TrainedRun made) : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("There is no experiment 'none' in ", "status", "none")]
    [InlineData("Existing experiments: made.", "report", "none")]
    [InlineData("No data is given. Use --data PATH", "run", "FILE", "--name", "fresh")]
    [InlineData("--threads is -1, expected 0 or more.", "run", "FILE", "--threads", "-1")]
    [InlineData("--name is 'a/b', expected a folder name without a path.", "run", "FILE", "--name", "a/b")]
    [InlineData("'first' already exists (", "run", "FILE", "--name", "first")]
    [InlineData(
        "made.json (base): voteShare needs FER+ votes. Give fer2013new.csv with --votes.",
        "run",
        "VOTES",
        "--name",
        "fresh",
        "--data",
        "DATA"
    )]
    public void Wrong_arguments_end_with_2_and_say_what_was_expected(string message, params string[] args)
    {
        made.CopyTo(folder["runs"]);
        folder.Write("runs/made/experiment.json", "{}");
        string content =
            args[1] == "VOTES" ? """{ "recipe": RECIPE, "set": { "voteShare": 0.5 } }""" : """{ "recipe": RECIPE }""";
        string file = MadeExperiment.Write(folder, content);
        string? before = Environment.GetEnvironmentVariable("MIEN_FER2013");
        Environment.SetEnvironmentVariable("MIEN_FER2013", null);
        try
        {
            LabResult result = Lab.Run([
                "experiment",
                .. args.Select(a =>
                    a is "FILE" or "VOTES" ? file
                    : a == "DATA" ? made.Csv
                    : a
                ),
                "--runs",
                folder["runs"],
            ]);
            Assert.Equal((ExitCodes.Usage, ""), (result.Code, result.Out));
            Assert.Contains(message, result.Error, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("MIEN_FER2013", before);
        }
    }
}
