namespace Mien.Cli;

/// <summary>The options of one run of <c>mien predict</c>.</summary>
internal sealed record PredictRequest
{
    public required IReadOnlyList<string> Images { get; init; }

    /// <summary>The folder of the paths in lists; <c>null</c> for the folder of each list.</summary>
    public string? Root { get; init; }

    /// <summary>The part of the photos to process; <c>null</c> for all.</summary>
    public Shard? Shard { get; init; }

    /// <summary>Model, detector and limits. Its threads are set later, when the number of images is known.</summary>
    public required RecognizerOptions Recognizer { get; init; }

    /// <summary>Options per image, such as given boxes and whether images are face crops.</summary>
    public required RecognitionOptions Options { get; init; }

    public required PredictionForm Form { get; init; }

    /// <summary>The output file; <c>null</c> for standard output.</summary>
    public string? OutputFile { get; init; }

    /// <summary>The folder of the Parquet parts; <c>null</c> writes none.</summary>
    public string? ParquetFolder { get; init; }

    /// <summary>The number of images per Parquet part.</summary>
    public int PartSize { get; init; } = ParquetParts.DefaultSize;

    /// <summary>Whether the results go to <see cref="ParquetFolder"/> only.</summary>
    public bool OnlyParquet => ParquetFolder is not null && OutputFile is null && Form == PredictionForm.Text;

    /// <summary>Whether to continue an interrupted output.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether to escape CSV texts that a spreadsheet would run as formulas.</summary>
    public bool SafeCsv { get; init; }

    public string? AnnotateFolder { get; init; }

    public string? CropsFolder { get; init; }

    /// <summary>The folder of the heat maps; <c>null</c> writes none.</summary>
    public string? ExplainFolder { get; init; }

    /// <summary>The number of threads; 0 uses one per logical core.</summary>
    public int Threads { get; init; }

    public bool Brief { get; init; }

    public bool Quiet { get; init; }

    public bool FailFast { get; init; }
}
