namespace Mien.Tests;

/// <summary>A folder that is gone after the test; its name is not ASCII on purpose.</summary>
internal sealed class TempFolder : IDisposable
{
    public TempFolder() =>
        Path = Directory
            .CreateDirectory(
                System.IO.Path.Combine(
                    System.IO.Path.GetTempPath(),
                    "mien-tests-Gefühl-表情-" + Guid.NewGuid().ToString("N")
                )
            )
            .FullName;

    public string Path { get; }

    public string Write(string name, byte[] content)
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
