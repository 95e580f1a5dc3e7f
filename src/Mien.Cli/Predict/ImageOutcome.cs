namespace Mien.Cli;

/// <summary>An image with its result.</summary>
/// <param name="Input">The image.</param>
/// <param name="Result">Its faces, or the error.</param>
internal sealed record ImageOutcome(InputItem Input, RecognitionResult Result);
