namespace Mien.Adaptation;

/// <summary>A labelled face that could not be used. Immutable.</summary>
/// <param name="Code">
/// A short stable name of the reason: <c>unreadable</c> (the picture), <c>noFace</c>, <c>severalFaces</c> (and no box),
/// <c>unknownLabel</c>, or <c>badRow</c> (of a file with labels).
/// </param>
/// <param name="Source">The picture, or the file and the line.</param>
/// <param name="Label">The label as it was written; <see langword="null"/> if it is not known.</param>
/// <param name="Message">What was found, what was expected and what to do.</param>
public sealed record AdaptationProblem(string Code, string Source, string? Label, string Message)
{
    internal const string Unreadable = "unreadable";
    internal const string NoFace = "noFace";
    internal const string SeveralFaces = "severalFaces";
    internal const string UnknownLabel = "unknownLabel";
}
