namespace Mien.Testing;

/// <summary>Recognized faces with given probabilities, for tests of what is done with results.</summary>
internal static class MadeFaces
{
    private static readonly FaceQuality Clear = new(100, 0.8f, 50, TouchesEdge: false, Yaw: 0);

    /// <summary>A face with given probabilities.</summary>
    public static RecognizedFace Of(
        FaceBox box,
        LabelScores scores,
        FaceQuality? quality = null,
        params UncertainReason[] reasons
    ) => new(box, new ExpressionResult(scores), quality ?? Clear with { Size = box.Width }, reasons);

    /// <summary>The probabilities of the seven expressions: one has a value, the others share the rest.</summary>
    public static LabelScores Scores(Expression expression, float value = 1)
    {
        float[] scores = new float[Expressions.Count];
        Array.Fill(scores, (1 - value) / (Expressions.Count - 1));
        scores[(int)expression] = value;
        return new LabelScores(Expressions.Names, scores);
    }
}
