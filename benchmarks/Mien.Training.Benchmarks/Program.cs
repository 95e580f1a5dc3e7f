using Mien;
using Mien.Training.Benchmarks;

// The speed of training, and the effect of the trainer and the allocator on it.
//
//   dotnet run -c Release --project benchmarks/Mien.Training.Benchmarks --
//       [--networks shallow,deep] [--steps N] [--threads N] [--set key=value]…
//
// For each network, with and without the allocator tuned as in mien-lab: images per second of the trainer's full step
// (data, augmentation, loss, optimizer, moving average) and of a bare forward, backward and optimizer step of the same
// network on one fixed batch, with TorchSharp's optimizer for each tensor. Their ratio shows the overhead of data and
// augmentation; the goal is 90 %. The data is generated, not FER2013. --set changes a key of the recipe in the full
// steps, so that its cost shows in the ratio: --set sam=0.05.
//
// BenchmarkDotNet is not used, for three reasons. A step takes a tenth of a second to seconds, so its pilot and warm-up
// runs would take an hour. The allocator is set for a whole process and helps only on its main thread, which
// BenchmarkDotNet does not offer (this program starts itself again for each measurement). And full and bare steps
// alternate, so that other work on the machine affects both alike; the two networks therefore also share the caches.
//
// Against PyTorch, on the same device with the same network, batch size, precision, optimizer and moving average;
// prints images per second of both sides and pass or fail (exit code 1), see benchmarks/pytorch/train_speed.py:
//
//   dotnet run -c Release --project benchmarks/Mien.Training.Benchmarks -- --against-pytorch --networks default
//       [--python python3] [--device cuda] [--libtorch DIR] [--batch-size N] [--precision bfloat16] [--steps N]
//       [--threads N] [--rounds N]
//
// Not measured: the evaluation after an epoch, checkpoints, reading the data set and the progress display.
try
{
    if (args is ["--measure", .. string[] measured])
    {
        // On the main thread, because the setting does not affect the arenas of other threads.
        Console.WriteLine(StepMeasurement.Run(StepArguments.Parse(measured)).ToJson());
        return 0;
    }

    if (args is ["--measure-trainer", .. string[] trainer])
    {
        AgainstPyTorch.Measure(StepArguments.Parse(trainer));
        return 0;
    }

    if (args is ["--against-pytorch", .. string[] compared])
    {
        return AgainstPyTorch.Run(StepArguments.Parse(compared));
    }

    return Report.Run(StepArguments.Parse(args));
}
catch (Exception e) when (e is MienException or Mien.Networks.NetworkException or ArgumentException)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine("Usage: [--networks shallow,deep] [--steps N] [--threads N] [--set key=value]…");
    Console.Error.WriteLine(
        "   or: --against-pytorch [--networks default,shallow] [--python python3] [--device cpu|cuda[:N]] "
            + "[--libtorch DIR] [--batch-size N] [--precision single|bfloat16] [--steps N] [--threads N] [--rounds N] "
            + "[--set key=value]…"
    );
    return 2;
}
