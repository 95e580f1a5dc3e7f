namespace Mien.CommandLine;

/// <summary>How progress is shown.</summary>
internal sealed record WorkProgressOptions
{
    /// <summary>Where to show it; on its <see cref="CommandConsole.Error"/>, so that results stay clean.</summary>
    public required CommandConsole Console { get; init; }

    /// <summary>Shows nothing.</summary>
    public bool Quiet { get; init; }

    /// <summary>What is counted, in the plural, such as <c>images</c>; may be empty.</summary>
    public string Unit { get; init; } = "";

    /// <summary>
    /// Whether counts and rate are shown; not where the total is only a scale, such as 100 for percent.
    /// </summary>
    public bool ShowCounts { get; init; } = true;

    /// <summary>
    /// How much was done before the start, such as the steps of a run that is resumed; it does not count for the rate.
    /// </summary>
    public long AlreadyDone { get; init; }

    /// <summary>The least time between two drawings of the live line.</summary>
    public TimeSpan LiveInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The least time between two lines where there is no terminal. Work shorter than this leaves no line.
    /// </summary>
    public TimeSpan PlainInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
