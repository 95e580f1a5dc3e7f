using System.CommandLine;
using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

public sealed class ConsoleProgramTests
{
    [Fact]
    public void The_program_returns_the_exit_code_of_the_command()
    {
        CliResult result = Run(_ => 1);

        Assert.Equal(1, result.Code);
        Assert.Empty(result.Error);
    }

    [Theory]
    [InlineData(ErrorKind.BadInput, ExitCodes.SomeFailed)]
    [InlineData(ErrorKind.BadUsage, ExitCodes.Usage)]
    [InlineData(ErrorKind.Unavailable, ExitCodes.SomeFailed)]
    [InlineData(ErrorKind.Internal, ExitCodes.SomeFailed)]
    public void A_known_error_is_one_line_with_the_exit_code_of_its_kind(ErrorKind kind, int code)
    {
        CliResult result = Run(_ => throw new MienException(kind, "x", "The file is bad."));

        Assert.Equal(code, result.Code);
        Assert.Equal("error: The file is bad.\n", result.Error);
    }

    [Fact]
    public void An_exception_of_a_project_without_Mien_can_be_converted()
    {
        CliResult result = Run(
            _ => throw new AggregateException(new FormatException("The layer is bad.")),
            asMien: e => e is FormatException ? new MienException(ErrorKind.BadUsage, "x", e.Message, e) : null
        );

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Equal("error: The layer is bad.\n", result.Error);
    }

    [Fact]
    public void A_user_error_inside_an_aggregate_is_found()
    {
        CliResult result = Run(_ =>
            throw new AggregateException(new MienException(ErrorKind.BadInput, "x", "The file is bad."))
        );

        Assert.Equal("error: The file is bad.\n", result.Error);
    }

    [Fact]
    public void Wrong_usage_found_by_a_command_refers_to_its_help()
    {
        CliResult result = Run(_ => throw new UsageException("No such path."));

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Equal("error: No such path.\nSee 'probe work --help'.\n", result.Error);
    }

    [Fact]
    public void A_bug_shows_its_stack_trace_and_asks_for_a_report()
    {
        CliResult result = Run(_ => throw new InvalidOperationException("boom"));

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.StartsWith(
            "error: unexpected InvalidOperationException: boom\n",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("   at Mien.Cli.Tests.ConsoleProgramTests", result.Error, StringComparison.Ordinal);
        Assert.Contains("This is a bug in probe ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_not_reported_as_a_bug()
    {
        CliResult result = Run(_ => throw new UnauthorizedAccessException("Access to the path is denied."));

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Equal("error: Access to the path is denied.\n", result.Error);
    }

    [Fact]
    public void Cancellation_exits_with_130_only_if_it_was_requested()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        CliResult asked = Run(
            t =>
            {
                t.ThrowIfCancellationRequested();
                return 0;
            },
            cancellationToken: cancelled.Token
        );
        CliResult unasked = Run(_ => throw new OperationCanceledException("a timeout inside"));

        Assert.Equal((ExitCodes.Interrupted, "Interrupted.\n"), (asked.Code, asked.Error));
        Assert.Equal(ExitCodes.SomeFailed, unasked.Code);
        Assert.Contains("a timeout inside", unasked.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Output_written_before_an_error_is_kept()
    {
        CliResult result = Run(
            _ => throw new MienException(ErrorKind.BadInput, "x", "bad"),
            before: c => c.Out.WriteLine("first")
        );

        Assert.Equal("first\n", result.Out);
    }

    [Fact]
    public void An_argument_that_starts_with_an_at_sign_is_a_path_not_a_response_file()
    {
        var argument = new Argument<string>("PATH");
        var root = new RootCommand { HelpName = "probe" };
        string? got = null;
        var work = new Command("work") { argument };
        work.SetAction(
            (r, _) =>
            {
                got = r.GetValue(argument);
                return Task.FromResult(0);
            }
        );
        root.Add(work);

        Assert.Equal(
            0,
            ConsoleProgram.Run(
                root,
                ["work", "@file.png"],
                console: new CommandConsole(TextWriter.Null, TextWriter.Null)
            )
        );
        Assert.Equal("@file.png", got);
    }

    private static CliResult Run(
        Func<CancellationToken, int> action,
        Func<Exception, MienException?>? asMien = null,
        Action<CommandConsole>? before = null,
        CancellationToken cancellationToken = default
    )
    {
        var work = new Command("work");
        work.SetAction(
            (parsed, token) =>
            {
                before?.Invoke(CommandConsole.Of(parsed));
                return Task.FromResult(action(token));
            }
        );
        var root = new RootCommand { HelpName = "probe" };
        root.Add(work);
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var error = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        int code = ConsoleProgram.Run(root, ["work"], new CommandConsole(output, error), asMien, cancellationToken);
        return new CliResult(code, output.ToString(), error.ToString().ReplaceLineEndings("\n"));
    }
}
