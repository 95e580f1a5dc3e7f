using Mien.Lab.Tests;

// Trainings share libtorch's number of threads, and environment variables belong to the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(TrainedRun))]
