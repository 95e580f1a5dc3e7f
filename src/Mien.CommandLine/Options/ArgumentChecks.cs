using System.CommandLine;
using System.Globalization;

namespace Mien.CommandLine;

/// <summary>Checks that System.CommandLine leaves to the program.</summary>
internal static class ArgumentChecks
{
    /// <summary>
    /// Makes a mistyped option an error. An argument takes every word that is no known option, so <c>--jsn</c> would
    /// count as one more path; here it does so only where such a file or folder is there.
    /// </summary>
    /// <typeparam name="T">The argument's type, a path or several.</typeparam>
    /// <param name="argument">The argument.</param>
    /// <returns>The same argument.</returns>
    public static Argument<T> RejectUnknownOptions<T>(this Argument<T> argument)
    {
        ArgumentNullException.ThrowIfNull(argument);
        argument.Validators.Add(result =>
        {
            foreach (
                string word in result
                    .Tokens.Select(t => t.Value)
                    .Where(w => w.Length > 1 && w[0] == '-' && !Path.Exists(w))
            )
            {
                result.AddError($"Unrecognized option '{word}' (and there is no file or folder of that name).");
            }
        });
        return argument;
    }

    /// <summary>Makes whole numbers outside a range an error.</summary>
    /// <typeparam name="T">The option's type, a whole number.</typeparam>
    /// <param name="option">The option.</param>
    /// <param name="least">The least value.</param>
    /// <param name="most">The highest value.</param>
    /// <returns>The same option.</returns>
    public static Option<T> Within<T>(this Option<T> option, int least, int most = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(option);
        option.Validators.Add(result =>
        {
            if (
                result.Tokens is [var token]
                && int.TryParse(token.Value, CultureInfo.InvariantCulture, out int number)
                && (number < least || number > most)
            )
            {
                string range =
                    most == int.MaxValue ? "or more" : string.Create(CultureInfo.InvariantCulture, $"to {most}");
                result.AddError(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{option.Name} is {token.Value}, expected {least} {range}."
                    )
                );
            }
        });
        return option;
    }
}
