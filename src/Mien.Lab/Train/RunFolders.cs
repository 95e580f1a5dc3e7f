using Mien.CommandLine;
using Mien.Training;

namespace Mien.Lab;

/// <summary>Finds and names runs.</summary>
internal static class RunFolders
{
    /// <summary>The folder of a run that is there.</summary>
    /// <exception cref="UsageException">There is no such run; the message lists those that are there.</exception>
    public static RunFolder Find(string run, string? root) =>
        new(Find(run, root, d => IsRun(new RunFolder(d)), "run", "mien-lab train"));

    /// <summary>A folder under the root, or at a path, of those that are meant.</summary>
    /// <param name="name">Its name, or its path.</param>
    /// <param name="root">Where the folders lie; <c>null</c>: where runs usually lie.</param>
    /// <param name="isMeant">Which folders are meant.</param>
    /// <param name="kind">What they are, for the message.</param>
    /// <param name="start">The command that makes one, for the message.</param>
    /// <exception cref="UsageException">There is none; the message lists those that are there.</exception>
    public static string Find(string name, string? root, Func<string, bool> isMeant, string kind, string start)
    {
        root ??= RunFolder.DefaultRoot;
        string? found = name.Length == 0 ? null : ((string[])[Path.Combine(root, name), name]).FirstOrDefault(isMeant);
        if (found is not null)
        {
            return found;
        }

        string[] known = Directory.Exists(root)
            ?
            [
                .. Directory
                    .GetDirectories(root)
                    .Where(isMeant)
                    .Select(d => Path.GetFileName(d))
                    .Order(StringComparer.Ordinal),
            ]
            : [];
        string there =
            known.Length == 0
                ? $"No {kind} is there; start one with '{start}'."
                : "There: " + string.Join(", ", known) + ".";
        throw new UsageException($"There is no {kind} '{name}' in {root}. {there}");
    }

    /// <summary>The folder of a run to be started.</summary>
    /// <exception cref="UsageException">The name is not the name of a folder.</exception>
    public static RunFolder New(string name, string? root)
    {
        if (!IsName(name))
        {
            throw new UsageException(
                $"--name is '{name}', expected the name of a folder. Where runs lie is said with --runs DIR."
            );
        }

        return new RunFolder(Path.Combine(root ?? RunFolder.DefaultRoot, name));
    }

    /// <summary>Whether a text can be the name of a run's folder.</summary>
    public static bool IsName(string name) =>
        !string.IsNullOrWhiteSpace(name)
        && name is not ("." or "..")
        && Path.GetFileName(name) == name
        && name.IndexOfAny(Path.GetInvalidFileNameChars()) < 0;

    /// <summary>
    /// What names a run on the command line: its name where it lies under the default folder, else its path.
    /// </summary>
    public static string NameOf(RunFolder folder)
    {
        if (
            Path.GetDirectoryName(folder.Path)
            == Path.TrimEndingDirectorySeparator(Path.GetFullPath(RunFolder.DefaultRoot))
        )
        {
            return Path.GetFileName(folder.Path);
        }

        return ShellText.Quoted(folder.Path);
    }

    /// <summary>Whether a training was started in a folder.</summary>
    public static bool IsRun(RunFolder folder) =>
        File.Exists(folder.Recipe) && File.Exists(folder.Run) && File.Exists(folder.Network);
}
