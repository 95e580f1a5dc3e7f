namespace Mien.Workers.Tests;

/// <summary>
/// The tests of a real server run alone: its answers have limits in real time, which a busy machine could exceed.
/// </summary>
[CollectionDefinition(nameof(RealServer), DisableParallelization = true)]
public sealed class RealServer;
