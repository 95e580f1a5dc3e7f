namespace Mien.Training.Tests;

/// <summary>Run folders in temporary folders.</summary>
internal static class RunFolders
{
    /// <summary>A run folder in this folder; it is not created.</summary>
    public static RunFolder Run(this TempFolder folder, string name) => new(folder[name]);
}
