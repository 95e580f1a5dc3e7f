using Mien.Package.Tests;

[assembly: AssemblyFixture(typeof(Feed))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // each test is a build, which takes all cores
