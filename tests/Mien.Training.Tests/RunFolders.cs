namespace Mien.Training.Tests;

/// <summary>Run folders in temporary folders.</summary>
internal static class RunFolders
{
    /// <summary>A run folder in this folder; it does not exist yet.</summary>
    public static RunFolder Run(this TempFolder folder, string name) => new(folder[name]);
}
