using Mien.Package.Tests;

[assembly: AssemblyFixture(typeof(Feed))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // each test runs a build, which uses all cores
