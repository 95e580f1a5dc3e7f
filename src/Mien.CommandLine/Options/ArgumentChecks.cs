using System.CommandLine;
using System.Globalization;

namespace Mien.CommandLine;

/// <summary>Argument checks that System.CommandLine does not do.</summary>
internal static class ArgumentChecks
{
    /// <summary>
    /// Rejects mistyped options. System.CommandLine assigns every unknown word to an argument, so <c>--jsn</c> would be
    /// read as another path. A word that starts with a dash is accepted only if such a file or folder exists.
    /// </summary>
    /// <typeparam name="T">The argument's type: one path or several.</typeparam>
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
                result.AddError($"Unrecognized option '{word}' (and no file or folder has that name).");
            }
        });
        return argument;
    }

    /// <summary>Rejects integers outside a range.</summary>
    /// <typeparam name="T">The option's type, an integer.</typeparam>
    /// <param name="option">The option.</param>
    /// <param name="min">The smallest valid value.</param>
    /// <param name="max">The largest valid value.</param>
    /// <returns>The same option.</returns>
    public static Option<T> Within<T>(this Option<T> option, int min, int max = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(option);
        option.Validators.Add(result =>
        {
            if (
                result.Tokens is [var token]
                && int.TryParse(token.Value, CultureInfo.InvariantCulture, out int number)
                && (number < min || number > max)
            )
            {
                string range =
                    max == int.MaxValue ? "or more" : string.Create(CultureInfo.InvariantCulture, $"to {max}");
                result.AddError(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{option.Name} is {token.Value}, expected {min} {range}."
                    )
                );
            }
        });
        return option;
    }
}
