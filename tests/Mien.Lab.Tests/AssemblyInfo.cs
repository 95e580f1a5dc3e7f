using Mien.Lab.Tests;

// Trainings share libtorch's number of threads, and environment variables belong to the process.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(TrainedRun))]
