namespace Mien.Training.Tests;

/// <summary>A folder of its own with a name that is not ASCII, gone afterwards.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mien-entraînement-");

    public string this[string name] => Path.Combine(folder.FullName, name);

    /// <summary>A run folder in this folder; it does not exist yet.</summary>
    public RunFolder Run(string name) => new(this[name]);

    public void Dispose() => folder.Delete(recursive: true);
}
