namespace Mien.Data.Tests;

/// <summary>A folder of its own for a test, with a name that is not ASCII; deleted at the end.</summary>
internal sealed class TempFolder : IDisposable
{
    public TempFolder() => Directory.CreateDirectory(Root);

    public string Root { get; } =
        Path.Combine(Path.GetTempPath(), "mien-Gesichter-é顔-" + Guid.NewGuid().ToString("N"));

    public string PathOf(string relative)
    {
        string path = Path.Combine(Root, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    public string Write(string relative, byte[] bytes)
    {
        string path = PathOf(relative);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string Write(string relative, string text) => Write(relative, System.Text.Encoding.UTF8.GetBytes(text));

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
