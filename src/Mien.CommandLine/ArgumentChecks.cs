using System.CommandLine;

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
}
