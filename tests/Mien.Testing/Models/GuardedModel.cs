namespace Mien.Testing;

/// <summary>
/// A model of two labels with features and a guard that can be computed by hand. The features are the mean brightness,
/// 0..1, and its double. The label is <c>dark</c> up to a brightness of 0.5, otherwise <c>bright</c>. The distance to
/// the training faces is the brightness too, so that faces brighter than <see cref="Threshold"/> are unlike them.
/// </summary>
internal static class GuardedModel
{
    public const float Threshold = 0.75f;
    private const int Size = BrightnessModel.Size;

    public static ModelContract Contract { get; } =
        new()
        {
            Name = "guarded",
            Width = Size,
            Height = Size,
            Labels = ["dark", "bright"],
            FeaturesName = "features",
            Guard = new ModelGuard { Name = "distance", Threshold = Threshold },
            UncertainBelow = 0,
            Adaptation = new ModelAdaptation
            {
                BaseModel = "default",
                BaseSha256 = new string('0', 64),
                BaseHead = "blend",
                Labels = new Dictionary<string, int> { ["dark"] = 12, ["bright"] = 30 },
                Rule = "bias and scale",
                Seed = 1,
                MienVersion = "0.1.0",
                Measured = new AdaptationMeasurement
                {
                    Split = "cross-validation with 5 folds",
                    Count = 42,
                    Groups = 7,
                    AreGroupsKnown = true,
                    Before = new MeasuredShare(0.6, 0.44, 0.74),
                    After = new MeasuredShare(0.75, 0.6, 0.86),
                    Gain = new MeasuredShare(0.15, 0.02, 0.28),
                },
            },
        };

    /// <summary>The bytes of the model, with a contract that may differ.</summary>
    public static byte[] Build(ModelContract contract) =>
        new OnnxBuilder()
            .Input("image", -1, 1, Size, Size)
            .Output("logits", -1, 2)
            .Output("features", -1, 2)
            .Output("distance", -1, 1)
            .Weights("scale", [1, 2], [1, 2])
            .Weights("w", [2, 2], [-100, 100, 0, 0])
            .Weights("b", [2], [50, -50])
            .Node("GlobalAveragePool", ["image"], "mean")
            .Node("Flatten", ["mean"], "distance", ("axis", 1L))
            .Node("MatMul", ["distance", "scale"], "features")
            .Node("Gemm", ["features", "w", "b"], "logits")
            .Metadata(ModelContract.MetadataKey, contract.ToJson())
            .Build();

    /// <summary>Writes the model and returns its path.</summary>
    public static string Write(string path)
    {
        File.WriteAllBytes(path, Build(Contract));
        return path;
    }
}
