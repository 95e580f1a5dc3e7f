using Mien.Package.Tests;

[assembly: AssemblyFixture(typeof(Feed))]
[assembly: CollectionBehavior(DisableTestParallelization = true)] // each test is a build, which takes all cores
