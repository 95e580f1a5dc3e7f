using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// Names for the files that are made of images: the path under the folder that was given, with a number where another
/// image of the run has that name already. Not thread-safe.
/// </summary>
internal sealed class OutputNames(CommandConsole? console)
{
    // File systems of Windows and macOS hold A.jpg and a.jpg to be one name.
    private readonly Dictionary<string, string> taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How many images got a number.</summary>
    public int Numbered { get; private set; }

    /// <summary>The input with a relative path that no other image of the run has; the first number is told.</summary>
    public ImageInput Unique(ImageInput input)
    {
        if (input.Error is not null)
        {
            return input;
        }

        string name = input.Relative;
        for (int i = 2; !taken.TryAdd(name, input.Path); i++)
        {
            name = string.Create(
                CultureInfo.InvariantCulture,
                $"{Path.ChangeExtension(input.Relative, null)}-{i}{Path.GetExtension(input.Relative)}"
            );
        }

        if (name != input.Relative && Numbered++ == 0)
        {
            console?.Error.WriteLine(
                $"note: the files made of {input.Path} are named after {name}, since {taken[input.Relative]} "
                    + $"has the name {input.Relative} too. Further ones are counted at the end."
            );
        }

        return input with
        {
            Relative = name,
        };
    }
}
