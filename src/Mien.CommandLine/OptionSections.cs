using System.CommandLine;
using System.Runtime.CompilerServices;

namespace Mien.CommandLine;

/// <summary>Groups the options under headings in a command's <c>--help</c>.</summary>
internal static class OptionSections
{
    // A weak table, because System.CommandLine's commands have no place for such data and must not be kept alive.
    private static readonly ConditionalWeakTable<Command, List<(string Heading, Option First)>> Known = [];

    /// <summary>Adds options to a command as a group with its own heading in the help.</summary>
    /// <param name="command">The command.</param>
    /// <param name="heading">A few words.</param>
    /// <param name="options">At least one option. The first has no alias: the help is searched for its name.</param>
    public static void AddSection(this Command command, string heading, IReadOnlyList<Option> options)
    {
        foreach (Option option in options)
        {
            command.Options.Add(option);
        }

        Known.GetOrCreateValue(command).Add((heading, options[0]));
    }

    /// <summary>Inserts the headings into the help text that System.CommandLine has written.</summary>
    internal static string Insert(Command command, string help, string newLine)
    {
        if (Known.TryGetValue(command, out List<(string Heading, Option First)>? sections))
        {
            foreach ((string heading, Option first) in sections)
            {
                Head(heading, first.Name);
            }

            Head("Help", "-?,"); // System.CommandLine lists its own help option last.
        }

        return help;

        void Head(string heading, string first)
        {
            int at = help.IndexOf($"{newLine}  {first} ", StringComparison.Ordinal);
            help = at < 0 ? help : help.Insert(at, $"{newLine}{newLine}{heading}:");
        }
    }
}
