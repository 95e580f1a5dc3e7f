namespace Mien.Cli;

/// <summary>What became of one image.</summary>
/// <param name="Input">The image.</param>
/// <param name="Result">Its faces, or why it failed.</param>
internal sealed record ImageOutcome(ImageInput Input, RecognitionResult Result);
