namespace Mien.Cli;

/// <summary>The options of one run of <c>mien merge</c>.</summary>
internal sealed record MergeRequest
{
    /// <summary>The folder of the parts.</summary>
    public required string Folder { get; init; }

    /// <summary>
    /// The folder of the photos, or <c>@</c> and a list of them; <c>null</c> does not check for missing ones.
    /// </summary>
    public string? Photos { get; init; }

    /// <summary>What the paths in the results begin with; <c>null</c> finds it.</summary>
    public string? Root { get; init; }

    /// <summary>The file to write; <c>null</c> writes none.</summary>
    public string? OutputFile { get; init; }

    public bool SafeCsv { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }
}
