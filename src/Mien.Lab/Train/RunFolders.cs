using Mien.CommandLine;
using Mien.Training;

namespace Mien.Lab;

/// <summary>Finds and names run folders.</summary>
internal static class RunFolders
{
    /// <summary>Finds the folder of an existing run.</summary>
    /// <exception cref="UsageException">There is no such run; the message lists the existing ones.</exception>
    public static RunFolder Find(string run, string? root) =>
        new(Find(run, root, d => IsRun(new RunFolder(d)), "run", "mien-lab train"));

    /// <summary>Finds a folder of one kind, by its name under the root or by its path.</summary>
    /// <param name="name">The folder's name, or its path.</param>
    /// <param name="root">The folder that contains them; <c>null</c> uses the default folder of runs.</param>
    /// <param name="isMatch">Whether a folder is of that kind.</param>
    /// <param name="kind">The kind, for the message: <c>run</c> or <c>experiment</c>.</param>
    /// <param name="start">The command that creates one, for the message.</param>
    /// <exception cref="UsageException">There is none; the message lists the existing ones.</exception>
    public static string Find(string name, string? root, Func<string, bool> isMatch, string kind, string start)
    {
        root ??= RunFolder.DefaultRoot;
        string? found = name.Length == 0 ? null : ((string[])[Path.Combine(root, name), name]).FirstOrDefault(isMatch);
        if (found is not null)
        {
            return found;
        }

        string[] known = Directory.Exists(root)
            ?
            [
                .. Directory
                    .GetDirectories(root)
                    .Where(isMatch)
                    .Select(d => Path.GetFileName(d))
                    .Order(StringComparer.Ordinal),
            ]
            : [];
        string hint =
            known.Length == 0
                ? $"There are none yet: start one with '{start}'."
                : $"Existing {kind}s: {string.Join(", ", known)}.";
        throw new UsageException($"There is no {kind} '{name}' in {root}. {hint}");
    }

    /// <summary>The folder of a new run.</summary>
    /// <exception cref="UsageException">The name cannot be the name of a folder.</exception>
    public static RunFolder New(string name, string? root)
    {
        if (!IsName(name))
        {
            throw new UsageException(
                $"--name is '{name}', expected a folder name without a path. Give the folder of all runs "
                    + $"with --runs DIR."
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
    /// The RUN argument for a run: its name if it is in the default folder, otherwise its path.
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

    /// <summary>Whether a folder is a run folder, in which a training was started.</summary>
    public static bool IsRun(RunFolder folder) =>
        File.Exists(folder.Recipe) && File.Exists(folder.Run) && File.Exists(folder.Network);
}
