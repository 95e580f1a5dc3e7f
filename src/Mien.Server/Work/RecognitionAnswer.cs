namespace Mien.Server;

/// <summary>The outcome of a job.</summary>
/// <param name="Result">The result with its faces.</param>
/// <param name="Annotated">The annotated image; <see langword="null"/> if it was not requested.</param>
/// <param name="Duration">The processing time, without queueing.</param>
internal sealed record RecognitionAnswer(RecognitionResult Result, AnnotatedPhoto? Annotated, TimeSpan Duration)
{
    /// <summary>
    /// The appearance of the image and its faces; <see langword="null"/> if it was not requested.
    /// </summary>
    public FrameAppearance? Appearance { get; init; }
}
