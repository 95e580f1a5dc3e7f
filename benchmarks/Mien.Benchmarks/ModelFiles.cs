namespace Mien.Benchmarks;

/// <summary>The measured models.</summary>
internal static class ModelFiles
{
    /// <summary>
    /// The environment variable with the files or built-in models to measure, separated as in PATH. BenchmarkDotNet
    /// needs it, because its processes get no arguments.
    /// </summary>
    public const string Variable = "MIEN_BENCHMARK_MODELS";

    /// <summary>The models in the environment variable, or all built-in ones if it is not set.</summary>
    public static IReadOnlyList<string> Default { get; } =
        Environment.GetEnvironmentVariable(Variable)?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            is { Length: > 0 } named
            ? named
            : [.. BuiltInModels.Names];
}
