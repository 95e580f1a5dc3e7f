using System.Globalization;

namespace Mien.Native.Tests;

/// <summary>The published folder, and the sample in C.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_folder_holds_the_library_its_header_and_what_it_loads()
    {
        string[] own =
        [
            "libSkiaSharp.so",
            "libmien.so",
            "libonnxruntime.so",
            "libonnxruntime_providers_shared.so",
            "mien.h",
        ];
        Assert.Equal(
            PublishedLicences.Files.Concat(own).Order(StringComparer.Ordinal),
            PublishedLicences.AllFiles(NativeLibraryBuild.Folder)
        );
        Assert.Equal(new CHeader().Text, File.ReadAllText(Path.Combine(NativeLibraryBuild.Folder, "mien.h")));
    }

    [Fact]
    public void The_sample_prints_the_faces_that_the_managed_library_finds()
    {
        string program = CProgram.CompileSample(folder["recognize"]);
        string photo = Repository.PathOf("samples/photo.jpg");
        using var recognizer = FaceExpressionRecognizer.Create();
        RecognitionResult expected = recognizer.Recognize(photo);
        IEnumerable<string> lines = expected.Faces.Select(f =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{f.Box.X:F1},{f.Box.Y:F1} {f.Box.Width:F1}x{f.Box.Height:F1} {f.Label} {f.Confidence:F4}"
                    + $"{(f.IsUncertain ? " (uncertain)" : "")}"
            )
        );
        (string output, string error, int code) = CProgram.Run(program, NativeLibraryBuild.Folder, photo);
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            [$"{expected.Width}x{expected.Height} pixels, {expected.Faces.Count} face(s)", .. lines],
            output.TrimEnd().Split('\n')
        );
    }

    [Fact]
    public void The_sample_reports_errors()
    {
        string program = CProgram.CompileSample(folder["recognize"]);
        string text = folder.Write("text.jpg", "not an image");
        (string output, string error, int code) = CProgram.Run(program, NativeLibraryBuild.Folder, text);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("(notAnImage)", error, StringComparison.Ordinal);
        (_, error, code) = CProgram.Run(program, NativeLibraryBuild.Folder, text, "no-such-model");
        Assert.Equal(1, code);
        Assert.Contains("(fileNotFound)", error, StringComparison.Ordinal);
        Assert.Equal(2, CProgram.Run(program, NativeLibraryBuild.Folder).Code);
    }

    [Fact]
    public void A_forked_process_gets_an_error_instead_of_a_hang()
    {
        string source = folder.Write(
            "fork.c",
            """
            #include <mien.h>
            #include <string.h>
            #include <sys/wait.h>
            #include <unistd.h>
            int main(void)
            {
                mien_recognizer recognizer;
                if (mien_abi_version() != 1) return 3;
                pid_t child = fork();
                if (child == 0) {
                    mien_status status = mien_create(0, &recognizer);
                    _exit(status == MIEN_BAD_USAGE && strcmp(mien_error_code(), "forked") == 0 ? 7 : 8);
                }
                int status;
                waitpid(child, &status, 0);
                return WIFEXITED(status) ? WEXITSTATUS(status) : 9;
            }
            """
        );
        CProgram.Compile(
            "-o",
            folder["fork"],
            source,
            "-I",
            NativeLibraryBuild.Folder,
            "-L",
            NativeLibraryBuild.Folder,
            "-lmien"
        );
        Assert.Equal(("", "", 7), CProgram.Run(folder["fork"], NativeLibraryBuild.Folder));
    }

    [Fact]
    public void Calls_from_C_do_not_grow_the_memory()
    {
        CProgram.Compile(
            "-O2",
            "-o",
            folder["calls"],
            Repository.PathOf("benchmarks/Mien.Native.Benchmarks/calls.c"),
            "-I",
            NativeLibraryBuild.Folder,
            "-L",
            NativeLibraryBuild.Folder,
            "-lmien",
            "-lpthread"
        );
        string crop = folder.Write("crop.png", SampleFaces.CropFile(Expression.Fear));
        (string output, string error, int code) = CProgram.Run(
            folder["calls"],
            NativeLibraryBuild.Folder,
            "crop",
            crop,
            "6000"
        );
        Assert.Equal((0, ""), (code, error));

        // KiB after 3,000 calls, when the collector's heap has its size, and after 6,000. A result and its JSON have
        // more than 1.5 KiB together.
        int[] memory = [.. output.Split(' ')[2..].Select(v => int.Parse(v, CultureInfo.InvariantCulture))];
        Assert.True(memory[1] - memory[0] < 4000, $"{memory[1] - memory[0]} KiB more after 3,000 calls.");
        (_, error, code) = CProgram.Run(folder["calls"], NativeLibraryBuild.Folder, "threads", crop, "1000");
        Assert.Equal((0, ""), (code, error));
    }
}
