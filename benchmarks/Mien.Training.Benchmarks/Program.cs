using Mien;
using Mien.Training.Benchmarks;

// How fast training is, and what the trainer and the allocator have to do with it.
//
//   dotnet run -c Release --project benchmarks/Mien.Training.Benchmarks --
//       [--networks shallow,deep] [--steps N] [--threads N]
//
// For each network, with the allocator set as mien-lab sets it and without: images a second of the trainer's full step
// (data, augmentation, loss, optimiser, moving average) and of a bare forward, backward and step of the same network on
// one fixed batch. Their ratio is what data and augmentation leave of the machine; the goal is 90 %. The data is made,
// not FER2013.
//
// Not BenchmarkDotNet, for three reasons: a step takes a tenth of a second to seconds, so that its pilot and warm-up
// runs would take an hour; the allocator is set for a whole process and helps only on its main thread, which
// BenchmarkDotNet does not offer (this program starts itself anew for each measurement); and full and bare steps are
// measured in turn, so that whatever else the machine does hits both alike. That also means that the two networks share
// the caches.
//
// It does not measure the evaluation after an epoch, checkpoints, reading the data set and the progress display.
try
{
    if (args is ["--measure", .. string[] measured])
    {
        // Here, on the main thread: other threads' arenas know nothing of the setting.
        Console.WriteLine(StepMeasurement.Run(StepArguments.Parse(measured)).ToJson());
        return 0;
    }

    return Report.Run(StepArguments.Parse(args));
}
catch (Exception e) when (e is MienException or Mien.Networks.NetworkException or ArgumentException)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine("Usage: [--networks shallow,deep] [--steps N] [--threads N]");
    return 2;
}
