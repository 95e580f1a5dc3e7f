using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>The folder of the native program, whole and damaged.</summary>
public sealed class NativeFolderTests : IDisposable
{
    private const string OnnxRuntime = "libonnxruntime.so";
    private const string Skia = "libSkiaSharp.so";

    // The machine, in the header of an ELF file: 183 is AArch64 (ELF for the Arm 64-bit Architecture).
    private const int MachineOffset = 18;
    private const byte Arm64 = 183;

    private static readonly string Face = Repository.PathOf("samples/faces/happiness.png");

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_folder_holds_the_program_its_native_libraries_and_their_licences_only() =>
        Assert.Equal(
            PublishedLicences
                .Files.Concat([Skia, OnnxRuntime, "libonnxruntime_providers_shared.so", "mien"])
                .Order(StringComparer.Ordinal),
            PublishedLicences.AllFiles(NativeProgramBuild.Folder)
        );

    [Fact]
    public void It_runs_from_another_place_through_a_link_and_without_a_home()
    {
        Copy();
        File.CreateSymbolicLink(folder["link"], folder["mien"]);
        (string output, string error, int code) = Dotnet.Start(
            "/usr/bin/env",
            "/",
            "-i",
            folder["link"],
            "predict",
            "--crop",
            Face,
            "--csv"
        );
        Assert.True(code == ExitCodes.Done, error);
        Assert.Contains("happiness", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OnnxRuntime, "ONNX Runtime")]
    [InlineData(Skia, "SkiaSharp")]
    public void A_native_library_that_is_missing_damaged_or_of_another_processor_is_an_error(
        string library,
        string name
    )
    {
        Copy();
        byte[] bytes = File.ReadAllBytes(folder[library]);
        File.Delete(folder[library]);
        AssertFails($"{name}'s native library cannot be loaded (");

        folder.Write(library, "text");
        AssertFails($"{folder[library]}: it is not a native library (no ELF header); copy it again.");

        // Loading it would end the process with SIGBUS.
        folder.Write(library, bytes[..(bytes.Length / 2)]);
        AssertFails($"{folder[library]}: it is cut off after {bytes.Length / 2} bytes; copy it again.");

        bytes[MachineOffset] = Arm64;
        folder.Write(library, bytes);
        AssertFails($"{folder[library]}: it is for arm64, this process is x64.");
    }

    private void AssertFails(string message)
    {
        (string output, string error, int code) = Dotnet.Start(folder["mien"], "/", "predict", "--crop", Face);
        Assert.Equal(ExitCodes.SomeFailed, code);
        Assert.StartsWith("error: " + message, error, StringComparison.Ordinal);
        Assert.Contains("again, for this platform.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("happiness", output, StringComparison.Ordinal);

        // What needs no network works all the same.
        Assert.Equal(ExitCodes.Done, Dotnet.Start(folder["mien"], "/", "--version").Code);
    }

    private void Copy()
    {
        foreach (string file in Directory.GetFiles(NativeProgramBuild.Folder))
        {
            File.Copy(file, folder[Path.GetFileName(file)]);
        }
    }
}
