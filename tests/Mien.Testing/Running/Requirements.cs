using System.Diagnostics.CodeAnalysis;

namespace Mien.Testing;

/// <summary>
/// External requirements of tests, which a machine may lack. Tests without them are skipped, unless MIEN_REQUIRE
/// demands them: a comma-separated list of names, or 'all'. Set it where nothing may be skipped by accident, as .ci/run
/// does.
/// </summary>
public static class Requirements
{
    public const string Variable = "MIEN_REQUIRE";

    /// <summary>The data set FER2013 and the votes of FER+.</summary>
    public const string Fer2013 = "fer2013";

    /// <summary>The group photos that npm restores to samples/photographs.</summary>
    public const string Photos = "photos";

    /// <summary>Chromium, for the tests of the web page.</summary>
    public const string Chromium = "chromium";

    /// <summary>The programs ffmpeg and ffprobe, for the tests of videos.</summary>
    public const string Ffmpeg = "ffmpeg";

    /// <summary>The program shellcheck, for the test of the Slurm script in deploy.</summary>
    public const string ShellCheck = "shellcheck";

    /// <summary>The program nats-server, for the tests of workers.</summary>
    public const string Nats = "nats";

    /// <summary>Other npm packages of the tests: axe-core, TensorFlow Lite, the schemas for deploy.</summary>
    public const string Npm = "npm";

    /// <summary>The linker of native compilation (clang) and zlib's header, for the tests of native builds.</summary>
    public const string NativeAot = "nativeaot";

    /// <summary>Python 3.9 or later with NumPy, pandas and Pillow, for the tests of the Python package.</summary>
    public const string Python = "python";

    public static IReadOnlyList<string> Names { get; } =
    [Fer2013, Photos, Chromium, Ffmpeg, ShellCheck, Nats, Npm, NativeAot, Python];

    /// <summary>
    /// Skips the test because a requirement is missing, or fails it if MIEN_REQUIRE demands the requirement.
    /// </summary>
    /// <param name="name">The missing requirement, one of <see cref="Names"/>.</param>
    /// <param name="message">Text that says what is missing and what to do.</param>
    [DoesNotReturn]
    public static void Missing(string name, string message)
    {
        if (Read(Environment.GetEnvironmentVariable(Variable)).Contains(name))
        {
            Assert.Fail($"{message} {Variable} requires it.");
        }

        Assert.Skip($"{message} Set {Variable}={name} to make this test fail instead.");
    }

    /// <summary>Parses the value of the variable.</summary>
    /// <exception cref="InvalidOperationException">A name is unknown.</exception>
    public static IReadOnlySet<string> Read(string? value)
    {
        string[] given = (value ?? "").Split(
            ',',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
        );
        if (given.FirstOrDefault(name => name != "all" && !Names.Contains(name)) is { } unknown)
        {
            throw new InvalidOperationException(
                $"{Variable} contains '{unknown}', expected a comma-separated list of {string.Join(", ", Names)}; or "
                    + $"all."
            );
        }

        return given.Contains("all") ? Names.ToHashSet() : given.ToHashSet();
    }
}
