using Mien.Data;
using Mien.Evaluation;

namespace Mien.Testing;

/// <summary>Synthetic predictions and images for tests.</summary>
internal static class Made
{
    /// <summary>
    /// Creates one prediction per tuple of true label, predicted label and confidence. The rest of the probability is
    /// spread evenly over the other six labels.
    /// </summary>
    public static Predictions Of(params (Expression Truth, Expression Predicted, float Confidence)[] rows) =>
        Named("made", rows);

    public static Predictions Named(
        string name,
        params (Expression Truth, Expression Predicted, float Confidence)[] rows
    )
    {
        float[] probabilities = new float[rows.Length * 7];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int c = 0; c < 7; c++)
            {
                probabilities[(i * 7) + c] =
                    c == (int)rows[i].Predicted ? rows[i].Confidence : (1 - rows[i].Confidence) / 6;
            }
        }

        return new Predictions(
            name,
            probabilities,
            [.. rows.Select(r => (byte)r.Truth)],
            [.. Enumerable.Range(0, rows.Length).Select(i => $"made.csv:{i}")]
        );
    }

    /// <summary>Creates one row of seven logits per tuple: the value for the given class, zeros elsewhere.</summary>
    public static float[] Logits(params (Expression Top, float Value)[] rows)
    {
        float[] logits = new float[rows.Length * 7];
        for (int i = 0; i < rows.Length; i++)
        {
            logits[(i * 7) + (int)rows[i].Top] = rows[i].Value;
        }

        return logits;
    }

    public static FaceDataset Faces(
        int count,
        int width,
        int height,
        Func<int, byte>? label = null,
        string name = "made"
    )
    {
        byte[] pixels = new byte[count * width * height];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(i * 37);
        }

        return new FaceDataset(
            name,
            width,
            height,
            pixels,
            [.. Enumerable.Range(0, count).Select(i => label?.Invoke(i) ?? (byte)(i % 7))],
            new DatasetSplit[count]
        );
    }

    public static ModelContract Contract(int width, int height, float temperature = 1) =>
        new()
        {
            Name = "made",
            Width = width,
            Height = height,
            Labels = Expressions.Names,
            Temperature = temperature,
        };
}
