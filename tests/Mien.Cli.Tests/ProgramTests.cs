namespace Mien.Cli.Tests;

/// <summary>The program that runs on .NET.</summary>
public sealed class ProgramTests() : ProcessTests(MienProgram.File);
