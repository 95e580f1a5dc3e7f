using System.Diagnostics.CodeAnalysis;

namespace Mien.Testing;

/// <summary>
/// What tests need that a machine may lack. A test without it is skipped, unless MIEN_REQUIRE says that it must be
/// there: a list of names with commas, or 'all'. Where nothing may be skipped by accident, as in .ci/run, that is set.
/// </summary>
public static class Requirements
{
    public const string Variable = "MIEN_REQUIRE";

    /// <summary>The data set FER2013 and the votes of FER+.</summary>
    public const string Fer2013 = "fer2013";

    /// <summary>The group photos that npm brings to tests/photos.</summary>
    public const string Photos = "photos";

    /// <summary>A Chromium, which the tests of the page drive.</summary>
    public const string Chromium = "chromium";

    /// <summary>The program ffmpeg. No test needs it yet.</summary>
    public const string Ffmpeg = "ffmpeg";

    /// <summary>What else the tests fetch with npm: axe-core.</summary>
    public const string Npm = "npm";

    public static IReadOnlyList<string> Names { get; } = [Fer2013, Photos, Chromium, Ffmpeg, Npm];

    /// <summary>Skips the test because something is missing, or fails it where that must be there.</summary>
    /// <param name="name">What is missing, one of <see cref="Names"/>.</param>
    /// <param name="message">What is missing and what to do.</param>
    [DoesNotReturn]
    public static void Missing(string name, string message)
    {
        if (Read(Environment.GetEnvironmentVariable(Variable)).Contains(name))
        {
            Assert.Fail($"{message} {Variable} says that it must be there.");
        }

        Assert.Skip($"{message} Set {Variable}={name} to make this a failure.");
    }

    /// <summary>The names in the variable's value.</summary>
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
                $"{Variable} names '{unknown}'. It is a list, with commas, of {string.Join(", ", Names)}; or all."
            );
        }

        return given.Contains("all") ? Names.ToHashSet() : given.ToHashSet();
    }
}
