namespace Mien.Cli;

/// <summary>What <c>mien predict</c> was asked for.</summary>
internal sealed record PredictRequest
{
    public required IReadOnlyList<string> Images { get; init; }

    /// <summary>Model, detector and limits; the threads are decided when the number of images is known.</summary>
    public required RecognizerOptions Recognizer { get; init; }

    /// <summary>Crop or photo, given boxes.</summary>
    public required RecognitionOptions Options { get; init; }

    public required PredictionForm Form { get; init; }

    /// <summary>The output file; <c>null</c>: standard output.</summary>
    public string? OutputFile { get; init; }

    /// <summary>Whether an output file that was cut off is gone on with.</summary>
    public bool Resume { get; init; }

    public string? AnnotateFolder { get; init; }

    public string? CropsFolder { get; init; }

    /// <summary>Where the heat maps go.</summary>
    public string? ExplainFolder { get; init; }

    /// <summary>0: as many as the processor has cores.</summary>
    public int Threads { get; init; }

    public bool Brief { get; init; }

    public bool Quiet { get; init; }

    public bool FailFast { get; init; }
}
