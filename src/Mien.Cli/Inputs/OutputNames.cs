using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// Names the output files of inputs: the path below the given folder, with a number if another input of the run has the
/// same name. A photo of a list that is outside the root has its full path, without what is in front of the first
/// folder. Not thread-safe.
/// </summary>
internal sealed class OutputNames(CommandConsole? console, Shard? shard = null)
{
    // The file systems of Windows and macOS treat A.jpg and a.jpg as the same name.
    private readonly Dictionary<string, string> taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The number of inputs that got a number.</summary>
    public int Numbered { get; private set; }

    /// <summary>Makes the relative path of an input unique in this run. Reports only the first renamed one.</summary>
    public InputItem Unique(InputItem input)
    {
        if (input.Error is not null)
        {
            return input;
        }

        string wanted = Below(input);
        string name = wanted;
        for (int i = 2; !IsOurs(name) || !taken.TryAdd(name, input.Path); i++)
        {
            name = string.Create(
                CultureInfo.InvariantCulture,
                $"{Path.ChangeExtension(wanted, null)}-{i}{Path.GetExtension(wanted)}"
            );
        }

        if (name != wanted && Numbered++ == 0)
        {
            console?.Error.WriteLine(
                $"note: the output files of {input.Path} are named after {name}, because {taken[wanted]} "
                    + $"is also named {wanted}. Further cases are counted at the end."
            );
        }

        return input with
        {
            Relative = name,
        };

        // A numbered name may be that of a photo of another shard, which this run does not see.
        bool IsOurs(string candidate) => candidate == wanted || shard?.Has(candidate) != false;
    }

    private static string Below(InputItem input)
    {
        string path = input.Relative;
        if (!Path.IsPathRooted(path) && path.Split('/', Path.DirectorySeparatorChar)[0] != "..")
        {
            return path;
        }

        // Output files must not leave the output folder, let alone replace the photo.
        string full = Path.GetFullPath(input.Path);
        return full[(Path.GetPathRoot(full)?.Length ?? 0)..];
    }
}
