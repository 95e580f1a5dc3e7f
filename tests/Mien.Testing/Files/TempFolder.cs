namespace Mien.Testing;

/// <summary>
/// A temporary folder for a test, deleted by Dispose. Its name contains a space and non-ASCII characters on purpose.
/// </summary>
public sealed class TempFolder : IDisposable
{
    public TempFolder() => Directory.CreateDirectory(Path);

    public string Path { get; } =
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"mien-тест-ü-顔 {Guid.NewGuid():N}");

    /// <summary>Gets the path of a file or folder in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file, creating missing folders, and returns its path.</summary>
    public string Write(string name, byte[] content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    public string Write(string name, string content) => Write(name, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>
    /// Writes an image with contrast, which <see cref="BrightnessModel"/> classifies as <paramref name="expression"/>.
    /// </summary>
    public string WriteFace(string name, Expression expression, int size = 48) =>
        Write(name, BrightnessModel.Face(expression, size).EncodePng());

    /// <summary>A picture of one gray value.</summary>
    public string WriteGray(string name, byte gray, int size = 48)
    {
        byte[] pixels = new byte[size * size];
        Array.Fill(pixels, gray);
        return Write(name, new GrayImage(size, size, pixels).EncodePng());
    }

    /// <summary>Keeps a file as a run does that writes it, until the result is disposed of.</summary>
    public static IDisposable Hold(string file) => OutputLock.Take([file]);

    /// <summary>Keeps an output folder as a run of one shard does, until the result is disposed of.</summary>
    public static IDisposable HoldShard(string folder, string shard) => OutputLock.Take([], [folder], shard);

    /// <summary>Makes another name for a file; not on Windows.</summary>
    /// <param name="name">The new name.</param>
    /// <param name="file">The path of the file.</param>
    public void HardLink(string name, string file)
    {
        using var process = System.Diagnostics.Process.Start("ln", [file, this[name]]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Makes a named pipe, with the folders above it; gives its path. Windows has none in folders.</summary>
    public string MakePipe(string name)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        using var make = System.Diagnostics.Process.Start("mkfifo", [this[name]]);
        make.WaitForExit();
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
