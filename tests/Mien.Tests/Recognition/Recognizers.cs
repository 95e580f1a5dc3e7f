using System.Globalization;

namespace Mien.Tests;

/// <summary>One shared recognizer for the tests, because loading takes longer than most of them.</summary>
internal static class Recognizers
{
    private static readonly Lazy<FaceExpressionRecognizer> One = new(() => Create());

    /// <summary>The shared recognizer; do not dispose it.</summary>
    public static FaceExpressionRecognizer Shared => One.Value;

    public static FaceExpressionRecognizer Create(RecognizerOptions? options = null) =>
        FaceExpressionRecognizer.Create(
            (options ?? new RecognizerOptions()) with
            {
                Inference = new ClassifierOptions { Threads = 1, Spinning = false },
            }
        );

    /// <summary>Formats all values of a result, to compare two results.</summary>
    public static string Describe(RecognitionResult result) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Status} {result.Error?.Code} {result.Width}×{result.Height} runs {result.DetectorRuns} "
                + $"crop {result.IsFaceCrop}: "
        )
        + string.Join(
            "; ",
            result.Faces.Select(f =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{f.Box} {f.Roll} {f.DetectionScore} {string.Join(' ', f.LabelScores.Values)}"
                )
            )
        );
}
