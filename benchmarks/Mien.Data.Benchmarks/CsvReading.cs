using System.Globalization;
using System.IO.Compression;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;

namespace Mien.Data.Benchmarks;

/// <summary>
/// The time to read a data set of FER2013's size into memory. Goals: the plain text of about 271 MB in less than 1.5 s;
/// the gzipped file in at most 1.3 times the time of decompressing it alone. Each goal is shown beside its lower bound:
/// reading the bytes without parsing, and decompressing alone.
/// </summary>
/// <remarks>
/// The disk is not measured. The files were just written, so they come from the system's cache; on a cold disk the
/// plain file takes as long as the disk needs. Decompression and parsing run on two threads; with only one free core,
/// the gzipped file takes the sum of both. A run takes about a minute on an idle machine. The generated files (360 MB)
/// stay in mien-benchmark-csv in the temporary folder for the next run.
/// </remarks>
[SimpleJob(RunStrategy.Monitoring, launchCount: 1, warmupCount: 2, iterationCount: 7)]
[MemoryDiagnoser]
public class CsvReading
{
    private readonly byte[] buffer = new byte[256 * 1024];
    private string plain = "";
    private string packed = "";

    [GlobalSetup]
    public void Setup()
    {
        // Each benchmark runs in its own process, so the files are generated once and shared.
        string folder = Path.Combine(Path.GetTempPath(), "mien-benchmark-csv");
        plain = Path.Combine(folder, "fer2013.csv");
        packed = plain + ".gz";
        if (!File.Exists(packed))
        {
            Directory.CreateDirectory(folder);
            string unfinished = packed + ".part";
            MadeCsv.Write(plain, unfinished);
            File.Move(unfinished, packed);
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"// text {new FileInfo(plain).Length / 1e6:0.0} MB, gzipped {new FileInfo(packed).Length / 1e6:0.0} MB"
            )
        );
    }

    /// <summary>The lower bound of the plain file: reading its bytes without parsing.</summary>
    [Benchmark]
    public long ReadBytesAlone()
    {
        using var file = new FileStream(plain, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return Drain(file);
    }

    /// <summary>Goal: less than 1.5 s.</summary>
    [Benchmark]
    public int ReadCsv() => DatasetReader.Read(plain).Count;

    /// <summary>The lower bound of the gzipped file: decompressing it.</summary>
    [Benchmark(Baseline = true)]
    public long DecompressAlone()
    {
        using var gzip = new GZipStream(
            new FileStream(packed, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0),
            CompressionMode.Decompress
        );
        return Drain(gzip);
    }

    /// <summary>Goal: at most 1.3 times <see cref="DecompressAlone"/> (the column Ratio).</summary>
    [Benchmark]
    public int ReadGzippedCsv() => DatasetReader.Read(packed).Count;

    private long Drain(Stream stream)
    {
        long total = 0;
        while (stream.Read(buffer) is > 0 and int count)
        {
            total += count;
        }

        return total;
    }
}
