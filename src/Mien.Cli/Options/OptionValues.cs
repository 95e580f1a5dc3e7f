using System.CommandLine;
using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// Creates and reads options whose values are strings that are parsed when they are used, because System.CommandLine
/// compiles options of other types at every start.
/// </summary>
internal static class OptionValues
{
    public static Option<string> Choice(string name, string defaultValue, string[] values, string description)
    {
        var option = new Option<string>(name)
        {
            HelpName = string.Join('|', values),
            Description = description,
            DefaultValueFactory = _ => defaultValue,
        };
        option.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, values);
        return option;
    }

    public static Option<string> Text(string name, string defaultValue, string help, string description) =>
        new(name)
        {
            HelpName = help,
            Description = description,
            DefaultValueFactory = _ => defaultValue,
        };

    public static float Number(ParseResult parsed, Option<string> option, float min, float max)
    {
        string text = parsed.GetValue(option)!;
        return
            float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value)
            && value >= min
            && value <= max
            ? value
            : throw new UsageException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{option.Name} is {text}, expected a number from {min} to {max}."
                )
            );
    }

    public static int WholeNumber(ParseResult parsed, Option<string> option)
    {
        string text = parsed.GetValue(option)!;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw new UsageException($"{option.Name} is {text}, expected a whole number, 0 or more.");
    }
}
