using System.Globalization;
using BenchmarkDotNet.Running;
using Mien;
using Mien.Benchmarks;

// dotnet run -c Release --project benchmarks/Mien.Benchmarks -- ARGUMENTS, where ARGUMENTS are one of:
//
//   quick [--threads N] [--no-spinning] [MODEL…]   models against a matrix product
//   photo PHOTO [--threads N]                      each step against bare runs of the networks
//   folder PHOTO…                                  photos per second
//   memory PHOTO… [--count N]                      memory while photos are handled
//   --filter '*'                                   BenchmarkDotNet
if (args is ["photo" or "folder" or "memory", .. string[] photos])
{
    int number = Array.FindIndex(photos, a => a is "--threads" or "--count");
    int value =
        number >= 0 && number + 1 < photos.Length ? int.Parse(photos[number + 1], CultureInfo.InvariantCulture) : 0;
    string[] paths = number >= 0 ? [.. photos[..number], .. photos[Math.Min(photos.Length, number + 2)..]] : photos;
    if (paths.Length == 0)
    {
        Console.Error.WriteLine($"'{args[0]}' needs the path of a photo.");
        return 2;
    }

    switch (args[0])
    {
        case "photo":
            foreach (string path in paths)
            {
                PhotoReport.Photo(path, value, rounds: 40);
            }

            break;
        case "folder":
            PhotoReport.Folder(paths, TimeSpan.FromSeconds(6));
            break;
        default:
            PhotoReport.Memory(paths, value == 0 ? 10_000 : value);
            break;
    }

    return 0;
}

if (args is not ["quick", .. string[] rest])
{
    BenchmarkSwitcher.FromAssembly(typeof(ClassifierBenchmarks).Assembly).Run(args);
    return 0;
}

int threads = 0;
bool spinning = true;
var models = new List<string>();
for (int i = 0; i < rest.Length; i++)
{
    if (
        rest[i] == "--threads"
        && i + 1 < rest.Length
        && int.TryParse(rest[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out threads)
    )
    {
        i++;
    }
    else if (rest[i] == "--no-spinning")
    {
        spinning = false;
    }
    else if (rest[i].StartsWith('-'))
    {
        Console.Error.WriteLine($"Unknown argument '{rest[i]}'. Usage: quick [--threads N] [--no-spinning] [MODEL…]");
        return 2;
    }
    else
    {
        models.Add(rest[i]);
    }
}

try
{
    return QuickReport.Run(models.Count > 0 ? models : ModelFiles.Default, threads, spinning);
}
catch (MienException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
