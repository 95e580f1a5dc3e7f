namespace Mien.Cli.Tests;

/// <summary>The native program behaves as the one that runs on .NET.</summary>
public sealed class NativeProgramTests() : ProcessTests(NativeProgramBuild.Program);
