using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SkiaSharp;

[assembly: AssemblyFixture(typeof(Mien.Native.Tests.PythonModules))]

namespace Mien.Native.Tests;

/// <summary>
/// Runs the test modules of the Python package against the published library, and gives them what the managed library
/// found in the sample photo.
/// </summary>
public sealed partial class PythonModules : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly Lazy<string> expected;

    public PythonModules() => expected = new Lazy<string>(WriteExpected);

    public void Dispose() => folder.Dispose();

    /// <summary>Runs a module and asserts that all its tests pass.</summary>
    /// <param name="module">The name of the file in <c>python/tests</c>, without the extension.</param>
    public async Task Run(string module)
    {
        string python = PythonInterpreter.Command;
        string library = NativeLibraryBuild.Folder;
        var start = new ProcessStartInfo(python, ["-m", "unittest", "-v", $"tests.{module}"])
        {
            WorkingDirectory = Repository.PathOf("python"),
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            StandardErrorEncoding = Encoding.UTF8,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["MIEN_LIBRARY"] = library;
        start.Environment["MIEN_EXPECTED"] = expected.Value;
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string report = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, $"{report}\n{await output}");
        Match ran = Ran().Match(report);
        Assert.True(ran.Success && ran.Groups[1].Value != "0", $"{module} has no test: {report}");
        foreach (Match skipped in Skipped().Matches(report))
        {
            TestContext.Current.AddWarning($"{module}: {skipped.Value}");
        }
    }

    /// <summary>Writes what the managed library finds in the sample photo, and the pixels of the photo.</summary>
    private string WriteExpected()
    {
        string photo = Repository.PathOf("samples/photo.jpg");
        using FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create();
        RecognitionResult result = recognizer.Recognize(photo);
        folder.Write("photo.json", RecognitionJson.ToJson(result, recognizer.Contract.Name));
        folder.Write("photo.ppm", Ppm(photo));
        return folder.Path;
    }

    /// <summary>The RGB pixels of a photo as a PPM file, which Python reads without a package for images.</summary>
    private static byte[] Ppm(string photo)
    {
        using SKBitmap decoded = SKBitmap.Decode(photo);
        string header = string.Create(CultureInfo.InvariantCulture, $"P6\n{decoded.Width} {decoded.Height}\n255\n");
        return
        [
            .. Encoding.ASCII.GetBytes(header),
            .. decoded.Pixels.SelectMany(p => new[] { p.Red, p.Green, p.Blue }),
        ];
    }

    [GeneratedRegex(@"^\w+ \(.* \.\.\. skipped .*$", RegexOptions.Multiline)]
    private static partial Regex Skipped();

    [GeneratedRegex(@"^Ran (\d+) tests? in ", RegexOptions.Multiline)]
    private static partial Regex Ran();
}
