using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Mien.CommandLine;

/// <summary>
/// Runs the command line of both programs: exit codes from <see cref="ExitCodes"/>, one-line messages for user errors,
/// cancellation on Ctrl-C and SIGTERM, examples in <c>--help</c>, and a silent exit when the output pipe is closed.
/// </summary>
internal static class ConsoleProgram
{
    /// <summary>Runs the command given by the arguments and waits for it.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static int Run(
        RootCommand root,
        IReadOnlyList<string> args,
        CommandConsole? console = null,
        Func<Exception, MienException?>? asMien = null,
        CancellationToken cancellationToken = default
    ) => RunAsync(root, args, console, asMien, cancellationToken).GetAwaiter().GetResult();

    /// <summary>
    /// Runs the command given by the arguments. Never throws: every exception becomes a message and an exit code.
    /// </summary>
    /// <param name="root">The commands. Ctrl-C cancels the token that is passed to their actions.</param>
    /// <param name="args">The arguments, without the program's name.</param>
    /// <param name="console">Where to write; <c>null</c> uses the console of this process.</param>
    /// <param name="asMien">
    /// Converts an exception of a project that does not reference Mien to a <see cref="MienException"/>; returns
    /// <c>null</c> for other exceptions. <c>null</c> converts none.
    /// </param>
    /// <param name="cancellationToken">Cancels the command, as Ctrl-C does.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        RootCommand root,
        IReadOnlyList<string> args,
        CommandConsole? console = null,
        Func<Exception, MienException?>? asMien = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(args);
        console ??= CommandConsole.ForProcess();
        using var interrupt = new InterruptHandler(console.Error, cancellationToken);
        ParseResult? parsed = null;
        try
        {
            CommandExamples.ShowInHelp(root, Math.Min(console.Width, 120));

            // Response files are disabled because a path may start with '@'.
            parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            int code = parsed.Action is ParseErrorAction action
                ? ReportUsage(root, args, parsed, action, console)
                : await parsed.InvokeAsync(new ConsoleInvocation(console), interrupt.Token).ConfigureAwait(false);
            await console.Out.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            return code;
        }
        catch (Exception e) when (e is OutputClosedException or { InnerException: OutputClosedException })
        {
            // The reader has closed the pipe, so the remaining output is dropped.
            return ExitCodes.Done;
        }
        catch (Exception e)
        {
            interrupt.WaitUntilTold();
            return ReportException(
                asMien?.Invoke(Unwrap(e)) ?? Unwrap(e),
                root,
                parsed?.CommandResult.Command,
                console,
                interrupt.Token.IsCancellationRequested
            );
        }
    }

    private static int ReportUsage(
        RootCommand root,
        IReadOnlyList<string> args,
        ParseResult parsed,
        ParseErrorAction action,
        CommandConsole console
    )
    {
        if (args.Count == 0)
        {
            // Without arguments, the help is more useful than 'a command is missing'.
            root.Parse(["--help"])
                .Invoke(new InvocationConfiguration { Output = console.Error, Error = console.Error });
            return ExitCodes.Usage;
        }

        foreach (string message in parsed.Errors.Select(e => e.Message).Distinct())
        {
            console.Error.WriteLine(
                "error: "
                    + message
                        .Replace("as expected type 'System.Int32'", "as a whole number", StringComparison.Ordinal)
                        .Replace("as expected type 'System.Single'", "as a number", StringComparison.Ordinal)
                        .Replace("as expected type 'System.Double'", "as a number", StringComparison.Ordinal)
            );
        }

        action.ShowHelp = false;
        // Without the help, this writes only the suggestions ("Did you mean …?").
        parsed.Invoke(new InvocationConfiguration { Output = console.Error, Error = TextWriter.Null });
        WriteHint(parsed.CommandResult.Command, root, console);
        return ExitCodes.Usage;
    }

    private static int ReportException(
        Exception e,
        RootCommand root,
        Command? command,
        CommandConsole console,
        bool interrupted
    )
    {
        try
        {
            console.Out.Flush(); // Keep the results written before the error.
        }
        catch (Exception flush) when (flush is IOException or MienException)
        {
            // Report the original error, not this one.
        }

        switch (e)
        {
            case OperationCanceledException when interrupted:
                console.Error.WriteLine("Interrupted.");
                return ExitCodes.Interrupted;
            case MienException known:
                console.Error.WriteLine($"error: {e.Message}");
                if (e is UsageException)
                {
                    WriteHint(command, root, console);
                }

                return ExitCodes.Of(known.Kind);
            case IOException or UnauthorizedAccessException:
                console.Error.WriteLine($"error: {e.Message}");
                return ExitCodes.SomeFailed;
            default:
                console.Error.WriteLine($"error: unexpected {e.GetType().Name}: {e.Message}");
                console.Error.Write(e + Environment.NewLine);
                console.Error.WriteLine(
                    $"This is a bug in {(root.HelpName ?? root.Name)} {Version}. Please report it with the "
                        + $"command line and the text above."
                );
                return ExitCodes.SomeFailed;
        }
    }

    private static string Version =>
        typeof(ConsoleProgram)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion
        ?? "(unknown version)";

    private static Exception Unwrap(Exception e) =>
        e is AggregateException { InnerExceptions.Count: 1 } or TargetInvocationException
        && e.InnerException is Exception inner
            ? Unwrap(inner)
            : e;

    private static void WriteHint(Command? command, RootCommand root, CommandConsole console)
    {
        var names = new List<string>();
        for (Command? c = command; c is not null && c != root; c = c.Parents.OfType<Command>().FirstOrDefault())
        {
            names.Insert(0, c.Name);
        }

        names.Insert(0, root.HelpName ?? root.Name);
        console.Error.WriteLine($"See '{string.Join(' ', names)} --help'.");
    }
}
