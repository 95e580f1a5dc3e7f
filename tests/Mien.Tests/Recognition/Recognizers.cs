using System.Globalization;

namespace Mien.Tests;

/// <summary>One recognizer for all tests that only use it: loading takes longer than most of them.</summary>
internal static class Recognizers
{
    private static readonly Lazy<FaceExpressionRecognizer> One = new(() => Create());

    /// <summary>Never disposed of.</summary>
    public static FaceExpressionRecognizer Shared => One.Value;

    public static FaceExpressionRecognizer Create(RecognizerOptions? options = null) =>
        FaceExpressionRecognizer.Create(
            (options ?? new RecognizerOptions()) with
            {
                Inference = new ClassifierOptions { Threads = 1, Spinning = false },
            }
        );

    /// <summary>What a result says, in full, for comparing two.</summary>
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
