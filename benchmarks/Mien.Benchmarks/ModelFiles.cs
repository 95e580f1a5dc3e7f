namespace Mien.Benchmarks;

/// <summary>The models that are measured.</summary>
internal static class ModelFiles
{
    /// <summary>
    /// Names files or built-in models, separated as in PATH; read by the BenchmarkDotNet form, whose processes get no
    /// arguments.
    /// </summary>
    public const string Variable = "MIEN_BENCHMARK_MODELS";

    /// <summary>Those named in the environment, or else all built-in ones.</summary>
    public static IReadOnlyList<string> Default { get; } =
        Environment.GetEnvironmentVariable(Variable)?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            is { Length: > 0 } named
            ? named
            : [.. BuiltInModels.Names];
}
