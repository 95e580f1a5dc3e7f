using System.Diagnostics;
using System.Globalization;

namespace Mien.Native.Benchmarks;

/// <summary>Measures the calls and writes the tables.</summary>
internal static class CallTables
{
    private const int FileCalls = 200;

    public static void Write(int crops, int photos)
    {
        using var folder = new TempFolder();
        string library = NativeLibraryBuild.Folder;
        string program = Compile(folder, library);
        string photo = Repository.PathOf("samples/photo.jpg");
        GrayImage face = GrayImage.Decode(Repository.PathOf("samples/faces/happiness.png"));
        string crop = folder.Write("crop.png", face.Resize(48, 48, ResizeKernel.Bicubic).EncodePng());
        string pixels = folder.Write("photo.ppm", Ppm(photo));

        Console.WriteLine("| calls | calls/s in C | calls/s in .NET |");
        Console.WriteLine("| --- | ---: | ---: |");
        int some = Math.Min(crops, 10_000);
        Row("crop of 48×48 (PNG), `tiny`, one thread", Run("crop", crop, some), Crops(crop, some, 1));
        Row("the same in two threads", Run("threads", crop, some), Crops(crop, some, 2));
        Row("samples/photo.jpg, `default`", Run("file", photo, FileCalls), Photos(photo, FileCalls));

        Console.WriteLine("\n| calls from C | MiB after half of them | MiB at the end |");
        Console.WriteLine("| --- | ---: | ---: |");
        Memory($"{crops} crops", Run("crop", crop, crops));
        Memory($"{photos} different photos (pixels)", Run("photos", pixels, photos));

        Console.WriteLine("\n| file | MB |");
        Console.WriteLine("| --- | ---: |");
        foreach (string file in Directory.EnumerateFiles(library, "*.so").Order(StringComparer.Ordinal))
        {
            Line($"| {Path.GetFileName(file)} | {new FileInfo(file).Length / 1e6:F1} |");
        }

        CallRun Run(string mode, string file, int calls)
        {
            (string output, string error, int code) = Dotnet.Start(
                "env",
                folder.Path,
                $"LD_LIBRARY_PATH={library}",
                program,
                mode,
                file,
                calls.ToString(CultureInfo.InvariantCulture)
            );
            return code == 0
                ? CallRun.Parse(output)
                : throw new InvalidOperationException($"calls {mode}: exit code {code}, {error}");
        }
    }

    private static string Compile(TempFolder folder, string library)
    {
        string program = folder["calls"];
        (string output, string error, int code) = Dotnet.Start(
            "clang",
            folder.Path,
            "-O2",
            "-o",
            program,
            Repository.PathOf("benchmarks/Mien.Native.Benchmarks/calls.c"),
            "-I",
            library,
            "-L",
            library,
            "-lmien",
            "-lpthread"
        );
        return code == 0 ? program : throw new InvalidOperationException(output + error);
    }

    /// <summary>What the program in C does, in .NET: a call, the faces and the JSON.</summary>
    private static double Crops(string crop, int calls, int threads)
    {
        using var recognizer = FaceExpressionRecognizer.Create(
            new RecognizerOptions
            {
                Model = "tiny",
                Inference = new ClassifierOptions { Threads = 1, Spinning = false },
            }
        );
        byte[] data = File.ReadAllBytes(crop);
        void Calls(int count)
        {
            for (int i = 0; i < count; i++)
            {
                _ = RecognitionJson.ToJson(recognizer.Recognize(data), recognizer.Contract.Name);
            }
        }

        Calls(Math.Min(calls, 1000)); // the compiler of the runtime needs some
        long start = Stopwatch.GetTimestamp();
        Thread[] all = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() => Calls(calls / threads)))];
        Array.ForEach(all, t => t.Start());
        Array.ForEach(all, t => t.Join());
        return calls / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Photos(string photo, int calls)
    {
        using var recognizer = FaceExpressionRecognizer.Create();
        for (int i = 0; i < 20; i++)
        {
            _ = recognizer.Recognize(photo);
        }

        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            _ = RecognitionJson.ToJson(recognizer.Recognize(photo), recognizer.Contract.Name);
        }

        return calls / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static byte[] Ppm(string path)
    {
        using Photo photo = Photo.Decode(path);
        var pixels = new List<byte>(System.Text.Encoding.ASCII.GetBytes($"P6\n{photo.Width} {photo.Height}\n255\n"));
        for (int i = 0; i < photo.Rgba.Length; i += 4)
        {
            pixels.AddRange(photo.Rgba.Slice(i, 3));
        }

        return [.. pixels];
    }

    private static void Row(string name, CallRun run, double managed) =>
        Line($"| {name} | {run.PerSecond:F1} | {managed:F1} |");

    private static void Memory(string name, CallRun run) => Line($"| {name} | {run.FirstMiB:F1} | {run.LastMiB:F1} |");

    private static void Line(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));
}
