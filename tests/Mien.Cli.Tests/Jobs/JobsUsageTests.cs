using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>Wrong arguments of the commands of workers, and their help. Needs no server.</summary>
public sealed class JobsUsageTests
{
    [Theory]
    [InlineData("--root is missing.", "work")]
    [InlineData("--root: there is no folder '/no/such/folder'.", "work", "--root", "/no/such/folder")]
    [InlineData("--check asks a running worker: give its --health-port.", "work", "--check")]
    [InlineData("--grace is 'soon', expected a time such as", "work", "--root", ".", "--grace", "soon")]
    [InlineData("--health-port is '99999', expected a whole", "work", "--root", ".", "--health-port", "99999")]
    [InlineData("'none.onnx' is neither a built-in model nor a file", "work", "--root", ".", "--model", "none.onnx")]
    [InlineData("--shard-size is 0, expected", "enqueue", ".", "--output", "o", "--shard-size", "0")]
    [InlineData("--output is '../o', expected a folder below", "enqueue", ".", "--output", "../o")]
    [InlineData("--name is 'a b', expected 1 to 64", "enqueue", ".", "--output", "o", "--name", "a b")]
    [InlineData("no name of a job can be made from '.'", "enqueue", ".", "--output", ".")]
    [InlineData("Option '--output' is required.", "enqueue", ".")]
    [InlineData("Name the folder that contains all photos with --root DIR.", "enqueue", ".", ".", "--output", "o")]
    [InlineData("--crop and --no-crop exclude each other", "enqueue", ".", "--output", "o", "--crop", "--no-crop")]
    public void Wrong_arguments_are_wrong_usage(string message, params string[] args)
    {
        CliResult result = Cli.Run(args);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Out);
    }

    [Fact]
    public void A_worker_that_cannot_run_networks_does_not_begin()
    {
        using var folder = new TempFolder();
        CliResult device = Cli.Run("work", "--root", folder.Path, "--device", "cuda");
        CliResult model = Cli.Run("work", "--root", folder.Path, "--model", folder.Write("a.onnx", "no model"));

        Assert.Equal(ExitCodes.Usage, device.Code);
        Assert.Contains("The device cuda was requested, but", device.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.SomeFailed, model.Code);
        Assert.Contains("a.onnx: ", model.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("enqueue", "--shard-size", "--min-score", "--nats-creds")]
    [InlineData("work", "--output-root", "--until-empty", "--health-port", "--nats-creds")]
    [InlineData("jobs", "--json", "--nats-creds")]
    [InlineData("jobs files", "--json", "--nats")]
    [InlineData("jobs retry", "--nats")]
    [InlineData("jobs cancel", "--nats")]
    [InlineData("jobs delete", "--nats")]
    [InlineData("jobs list", "--nats")]
    public void The_help_has_examples_and_the_options_of_the_server(string command, params string[] options)
    {
        CliResult help = Cli.Run([.. command.Split(' '), "--help"]);

        Assert.Equal(ExitCodes.Done, help.Code);
        Assert.Contains("Examples:\n  mien ", help.Out, StringComparison.Ordinal);
        Check.All(options, o => Assert.Contains($"  {o}", help.Out, StringComparison.Ordinal));

        // No option takes a secret itself, because all users of a machine can see command lines.
        Assert.DoesNotContain("--nats-password ", help.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("--nats-token ", help.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_commands_do_not_create_the_options()
    {
        string[] commands = ["enqueue", "work", "jobs"];
        Check.All(commands, c => Assert.Empty(Options(["predict", "x"], c)));
        Check.All(commands, c => Assert.NotEmpty(Options([c], c)));
        Check.All(commands, c => Assert.NotEmpty(Options(["[suggest:3]", "mien"], c)));

        static IEnumerable<System.CommandLine.Option> Options(string[] args, string command) =>
            MienCommand.Create(args).Subcommands.Single(c => c.Name == command).Options;
    }
}
