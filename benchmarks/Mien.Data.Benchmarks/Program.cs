using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(Mien.Data.Benchmarks.CsvReading).Assembly).Run(args);
