namespace Mien.Adaptation.Tests;

/// <summary>Made pixels and the bytes of shipped models.</summary>
internal static class Faces
{
    /// <summary>Images of random gray values, each of another range.</summary>
    public static byte[] Pixels(ModelContract contract, int count)
    {
        var random = new Random(5);
        byte[] pixels = new byte[count * contract.Width * contract.Height];
        for (int i = 0; i < pixels.Length; i++)
        {
            int face = i / (contract.Width * contract.Height);
            pixels[i] = (byte)Math.Min(255, (random.Next(256) * (face + 1) / (count + 1)) + (i % contract.Width * 2));
        }

        return pixels;
    }

    /// <summary>The file of a built-in model.</summary>
    public static byte[] File(string model)
    {
        using Stream stream = BuiltInModels.Open(model);
        return InputFile.Read(stream, model, "model", Array.MaxLength);
    }

    /// <summary>Loads the bytes of a model.</summary>
    public static ExpressionClassifier Load(byte[] model) =>
        ExpressionClassifier.Load(new MemoryStream(model), new ClassifierOptions { Threads = 1 });

    /// <summary>An adaptation of a model to made labels.</summary>
    public static ModelAdaptation Adaptation(
        byte[] model,
        ModelContract contract,
        string? head,
        params string[] labels
    ) =>
        new()
        {
            BaseModel = contract.Name,
            BaseSha256 = AdaptedModelFile.Sha256(model),
            BaseHead = head,
            Labels = labels.Select((label, i) => (label, i)).ToDictionary(l => l.label, l => 10 + l.i),
            Rule = "bias and scale",
            Seed = 1,
            MienVersion = "0.1.0",
            Measured = new AdaptationMeasurement
            {
                Split = "cross-validation with 5 folds",
                Count = 91,
                Groups = 12,
                AreGroupsKnown = true,
                Before = new MeasuredShare(0.6, 0.5, 0.7),
                After = new MeasuredShare(0.7, 0.6, 0.8),
                Gain = new MeasuredShare(0.1, 0.02, 0.18),
            },
        };

    /// <summary>Values that are normally distributed.</summary>
    public static float[] Normal(int count, int seed, double deviation)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                    (float)(
                        deviation
                        * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
                        * Math.Cos(2 * Math.PI * random.NextDouble())
                    )
                ),
        ];
    }
}
