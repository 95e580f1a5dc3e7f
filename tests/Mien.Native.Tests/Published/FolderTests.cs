namespace Mien.Native.Tests;

/// <summary>
/// Folders in which something is wrong, seen by a program in C: it ends with the code and message of the error, and
/// nothing else is printed.
/// </summary>
public sealed class FolderTests : IDisposable
{
    private const string OnnxRuntime = "libonnxruntime.so";
    private const string Skia = "libSkiaSharp.so";

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_without_ONNX_Runtime() =>
        AssertFails(Copy(Skia), $"mien_create: {OnnxRuntime} cannot be used", "it is not in ");

    [Fact]
    public void A_folder_without_Skia() =>
        AssertFails(Copy(OnnxRuntime), $"face.png: {Skia} cannot be used", "it is not in ");

    [Fact]
    public void Libraries_for_another_processor()
    {
        byte[] head = new byte[4096];
        using (FileStream library = File.OpenRead(Path.Combine(NativeLibraryBuild.Folder, OnnxRuntime)))
        {
            library.ReadExactly(head);
        }

        head[18] = 183; // e_machine of arm64
        string copy = Copy(Skia);
        File.WriteAllBytes(Path.Combine(copy, OnnxRuntime), head);
        AssertFails(copy, $"{OnnxRuntime} cannot be used", "it is for arm64, this process is x64");

        // The right processor, but cut off.
        head[18] = 62;
        File.WriteAllBytes(Path.Combine(copy, OnnxRuntime), head);
        AssertFails(copy, $"{OnnxRuntime} cannot be used", "it is cut off after 4096 bytes");
    }

    [Fact]
    public void Files_that_are_no_library()
    {
        string copy = Copy(OnnxRuntime);
        File.WriteAllText(Path.Combine(copy, Skia), "version https://git-lfs.github.com/spec/v1");
        AssertFails(copy, $"{Skia} cannot be used", "it is not a native library (no ELF header)");
    }

    [Fact]
    public void An_older_ONNX_Runtime()
    {
        string copy = Copy(Skia);
        string source = folder.Write(
            "old.c",
            """
            typedef struct { const void *(*api)(unsigned); const char *(*version)(void); } base;
            static const void *api(unsigned v) { (void)v; return 0; }
            static const char *version(void) { return "1.17.3"; }
            const base *OrtGetApiBase(void) { static const base b = { api, version }; return &b; }
            """
        );
        CProgram.Compile("-shared", "-fPIC", "-o", Path.Combine(copy, OnnxRuntime), source);
        AssertFails(copy, $"{OnnxRuntime} cannot be used", "its version is 1.17.3, expected 1.31 or later");
    }

    [Fact]
    public void An_older_Skia()
    {
        string copy = Copy(OnnxRuntime);
        string source = folder.Write("old.c", "int sk_version_get_milestone(void) { return 88; }");
        CProgram.Compile("-shared", "-fPIC", "-o", Path.Combine(copy, Skia), source);
        AssertFails(copy, $"{Skia} cannot be used", "its milestone is 88, expected 119");
    }

    [Fact]
    public void A_program_for_a_newer_interface_refuses_an_older_library()
    {
        string header = new CHeader().Text.Replace(
            "MIEN_ABI_VERSION 1",
            "MIEN_ABI_VERSION 2",
            StringComparison.Ordinal
        );
        string headers = Path.GetDirectoryName(folder.Write("include/mien.h", header))!;
        string program = CProgram.CompileSample(folder["newer"], headers);
        Assert.Equal(
            ("", "libmien is too old: its interface has version 1, this program needs 2.\n", 1),
            CProgram.Run(program, NativeLibraryBuild.Folder, "photo.jpg")
        );
    }

    /// <summary>Makes a folder with libmien and one of the others.</summary>
    private string Copy(string other)
    {
        string copy = folder["copy"];
        Directory.CreateDirectory(copy);
        foreach (string name in (string[])["libmien.so", other])
        {
            File.Copy(Path.Combine(NativeLibraryBuild.Folder, name), Path.Combine(copy, name));
        }

        return copy;
    }

    private void AssertFails(string library, params string[] parts)
    {
        string program = CProgram.CompileSample(folder["recognize"]);
        string face = folder.Write("face.png", SampleFaces.CropFile(Expression.Anger));
        (string output, string error, int code) = CProgram.Run(program, library, face, "tiny");
        Assert.Equal((1, ""), (code, output));
        Check.All(parts, part => Assert.Contains(part, error, StringComparison.Ordinal));
        Assert.EndsWith("(noNativeLibrary)\n", error, StringComparison.Ordinal);
        Assert.Contains("Keep the files of one published folder together", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }
}
