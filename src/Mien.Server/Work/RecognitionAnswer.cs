namespace Mien.Server;

/// <summary>What a worker made of an image.</summary>
/// <param name="Result">The faces.</param>
/// <param name="Annotated">The picture with its faces marked, where it was asked for.</param>
/// <param name="Duration">How long the worker took, without the waiting.</param>
internal sealed record RecognitionAnswer(RecognitionResult Result, AnnotatedPhoto? Annotated, TimeSpan Duration);
