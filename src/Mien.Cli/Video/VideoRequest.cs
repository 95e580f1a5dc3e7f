using Mien.Video;

namespace Mien.Cli;

/// <summary>The options of one run of <c>mien video</c>.</summary>
internal sealed record VideoRequest
{
    /// <summary>Files, folders, patterns or <c>-</c>; empty with a camera.</summary>
    public required IReadOnlyList<string> Videos { get; init; }

    /// <summary>The camera; <c>null</c> without one.</summary>
    public string? Camera { get; init; }

    /// <summary>Model and detector.</summary>
    public required RecognizerOptions Recognizer { get; init; }

    /// <summary>Which frames are analysed, and the smoothing.</summary>
    public required VideoOptions Options { get; init; }

    /// <summary>CSV or JSON Lines; text if no rows are written, only the summary.</summary>
    public PredictionForm Form { get; init; }

    /// <summary>The file of the rows, with several videos the folder; <c>null</c> for standard output.</summary>
    public string? Output { get; init; }

    /// <summary>Whether to continue interrupted files of rows.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether to escape CSV texts that a spreadsheet would run as formulas.</summary>
    public bool SafeCsv { get; init; }

    /// <summary>Whether rows and summary have valence and intensity.</summary>
    public bool Derived { get; init; }

    /// <summary>The file of the summary, with several videos the folder; <c>null</c> writes none.</summary>
    public string? Summary { get; init; }

    /// <summary>The file of the chart, with several videos the folder; <c>null</c> writes none.</summary>
    public string? Chart { get; init; }

    /// <summary>The folder of the pictures of changes; <c>null</c> writes none.</summary>
    public string? Frames { get; init; }

    /// <summary>The film, with several videos the folder; <c>null</c> makes none.</summary>
    public string? Annotate { get; init; }

    public bool Quiet { get; init; }

    /// <summary>The command that continues this run.</summary>
    public string ResumeCommand { get; init; } = "";
}
