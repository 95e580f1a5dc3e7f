namespace Mien.Data;

/// <summary>A row or an image of the data that cannot be used.</summary>
/// <param name="Code">A short stable name of the reason, such as <c>unknownLabel</c>.</param>
/// <param name="Source">The photo, or the file and the line.</param>
/// <param name="Message">What is wrong, without a full stop.</param>
internal sealed record BadRow(string Code, string Source, string Message)
{
    /// <summary>The code of a row whose label is not known.</summary>
    public const string UnknownLabel = "unknownLabel";

    /// <summary>The label as the data writes it; <c>null</c> if the reason is another.</summary>
    public string? Label { get; init; }
}
