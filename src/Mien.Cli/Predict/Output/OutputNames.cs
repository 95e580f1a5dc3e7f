using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// Names the output files of images: the path below the given folder, with a number if another image of the run has the
/// same name. Not thread-safe.
/// </summary>
internal sealed class OutputNames(CommandConsole? console)
{
    // The file systems of Windows and macOS treat A.jpg and a.jpg as the same name.
    private readonly Dictionary<string, string> taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The number of images that got a number.</summary>
    public int Numbered { get; private set; }

    /// <summary>Makes the relative path of an input unique in this run. Reports only the first renamed image.</summary>
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
                $"note: the output files of {input.Path} are named after {name}, because {taken[input.Relative]} "
                    + $"is also named {input.Relative}. Further cases are counted at the end."
            );
        }

        return input with
        {
            Relative = name,
        };
    }
}
