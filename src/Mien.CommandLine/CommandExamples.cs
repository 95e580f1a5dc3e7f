using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Mien.CommandLine;

/// <summary>Examples and notes at the end of a command's <c>--help</c>.</summary>
internal static class CommandExamples
{
    // Weak tables, because System.CommandLine's commands have no place for such data and must not be kept alive.
    private static readonly ConditionalWeakTable<Command, IReadOnlyList<(string Line, string Meaning)>> Known = [];
    private static readonly ConditionalWeakTable<Command, string> Notes = [];

    /// <summary>Adds examples to a command's help. <see cref="ConsoleProgram"/> shows them.</summary>
    /// <typeparam name="T">The command's type.</typeparam>
    /// <param name="command">The command.</param>
    /// <param name="examples">Command lines as they are typed, and what they do.</param>
    /// <returns>The same command.</returns>
    public static T WithExamples<T>(this T command, params IReadOnlyList<(string Line, string Meaning)> examples)
        where T : Command
    {
        Known.AddOrUpdate(command, examples);
        return command;
    }

    /// <summary>Adds a paragraph after the examples in a command's help.</summary>
    /// <typeparam name="T">The command's type.</typeparam>
    /// <param name="command">The command.</param>
    /// <param name="note">The paragraph, one line.</param>
    /// <returns>The same command.</returns>
    public static T WithNote<T>(this T command, string note)
        where T : Command
    {
        Notes.AddOrUpdate(command, note);
        return command;
    }

    /// <summary>Makes the help option of a root command, which all commands share, show the examples.</summary>
    internal static void ShowInHelp(RootCommand root, int width)
    {
        foreach (HelpOption option in root.Options.OfType<HelpOption>())
        {
            if (option.Action is HelpAction help)
            {
                help.MaxWidth = width;
                option.Action = new HelpWithExamples(help);
            }
        }
    }

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => help.ClearsParseErrors;

        public override int Invoke(ParseResult parseResult)
        {
            int code = WriteHelp(parseResult);
            if (
                Known.TryGetValue(
                    parseResult.CommandResult.Command,
                    out IReadOnlyList<(string Line, string Meaning)>? examples
                )
            )
            {
                TextWriter output = parseResult.InvocationConfiguration.Output;
                output.WriteLine("Examples:");
                foreach ((string line, string meaning) in examples)
                {
                    output.WriteLine($"  {line}");
                    output.WriteLine($"      {meaning}");
                }

                output.WriteLine();
            }

            if (Notes.TryGetValue(parseResult.CommandResult.Command, out string? note))
            {
                parseResult.InvocationConfiguration.Output.WriteLine(note);
            }

            return code;
        }

        /// <summary>
        /// Writes System.CommandLine's help with two changes: the list of commands shows optional arguments in
        /// brackets, and options are grouped under the headings of <see cref="OptionSections"/>.
        /// </summary>
        private int WriteHelp(ParseResult parseResult)
        {
            InvocationConfiguration invocation = parseResult.InvocationConfiguration;
            TextWriter output = invocation.Output;
            using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = output.NewLine };
            invocation.Output = text;
            int code;
            try
            {
                code = help.Invoke(parseResult);
            }
            finally
            {
                invocation.Output = output;
            }

            string written = text.ToString();
            foreach (
                Command command in parseResult.CommandResult.Command.Subcommands.Where(c =>
                    c.Arguments.Any(a => a.Arity.MinimumNumberOfValues == 0)
                )
            )
            {
                string shown = Line(command, bracket: false);
                string meant = Line(command, bracket: true);
                int at = written.IndexOf($"{output.NewLine}{shown}  ", StringComparison.Ordinal);
                if (at >= 0)
                {
                    int end = at + output.NewLine.Length + shown.Length;
                    int spaces = written.AsSpan(end).IndexOfAnyExcept(' ');
                    int left = Math.Max(2, spaces - (meant.Length - shown.Length));
                    written =
                        written[..(at + output.NewLine.Length)]
                        + meant
                        + new string(' ', left)
                        + written[(end + spaces)..];
                }
            }

            output.Write(OptionSections.Insert(parseResult.CommandResult.Command, written, output.NewLine));
            return code;
        }

        private static string Line(Command command, bool bracket) =>
            $"  {command.Name}"
            + string.Concat(
                command
                    .Arguments.Where(a => !a.Hidden)
                    .Select(a =>
                        bracket && a.Arity.MinimumNumberOfValues == 0
                            ? $" [<{a.HelpName ?? a.Name}>]"
                            : $" <{a.HelpName ?? a.Name}>"
                    )
            );
    }
}
