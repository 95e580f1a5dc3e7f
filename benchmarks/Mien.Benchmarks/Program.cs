using System.Globalization;
using BenchmarkDotNet.Running;
using Mien;
using Mien.Benchmarks;

// dotnet run -c Release --project benchmarks/Mien.Benchmarks -- quick [--threads N] [--no-spinning] [MODEL…]
// dotnet run -c Release --project benchmarks/Mien.Benchmarks -- --filter '*'
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
    if (rest[i] == "--threads" && i + 1 < rest.Length && int.TryParse(rest[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out threads))
    {
        i++;
    }
    else if (rest[i] == "--no-spinning")
    {
        spinning = false;
    }
    else if (rest[i].StartsWith('-'))
    {
        Console.Error.WriteLine($"'{rest[i]}' is not understood here. Usage: quick [--threads N] [--no-spinning] [MODEL…]");
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
