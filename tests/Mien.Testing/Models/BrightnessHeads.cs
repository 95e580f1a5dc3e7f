namespace Mien.Testing;

/// <summary>
/// A model of two heads with known predictions, which depend only on the mean brightness of the image. The head
/// <c>fer2013</c> predicts as <see cref="BrightnessModel"/> does, from anger (dark) to neutral (bright). The head
/// <c>ferplus</c> predicts in the opposite order. The two cancel each other out in the blend, so that it always
/// predicts happiness, which is in the middle.
/// </summary>
internal static class BrightnessHeads
{
    private const int Pixels = BrightnessModel.Size * BrightnessModel.Size;
    private const float Sharpness = 100;

    /// <summary>Writes the model and returns its path.</summary>
    public static string Write(string path)
    {
        float[] row = new float[14];
        float[] bias = new float[14];
        for (int k = 0; k < 7; k++)
        {
            float c = k / 6f;
            row[k] = row[7 + 6 - k] = Sharpness * 2 * c / Pixels;
            bias[k] = bias[7 + 6 - k] = -Sharpness * c * c;
        }

        var contract = new ModelContract
        {
            Name = "heads",
            Width = BrightnessModel.Size,
            Height = BrightnessModel.Size,
            Labels = Expressions.Names,
            Heads =
            [
                new ModelHead
                {
                    Name = "fer2013",
                    Offset = 0,
                    Temperature = 2,
                },
                new ModelHead
                {
                    Name = "ferplus",
                    Offset = 7,
                    Temperature = 2,
                },
            ],
            Blend = new HeadBlend { Weights = [0.5f, 0.5f] },
        };
        byte[] model = new OnnxBuilder()
            .Input("image", -1, 1, BrightnessModel.Size, BrightnessModel.Size)
            .Output("logits", -1, 14)
            .Weights("w", [Pixels, 14], [.. Enumerable.Repeat(row, Pixels).SelectMany(r => r)])
            .Weights("b", [14], bias)
            .Node("Flatten", ["image"], "flat", ("axis", 1L))
            .Node("Gemm", ["flat", "w", "b"], "logits")
            .Metadata(ModelContract.MetadataKey, contract.ToJson())
            .Build();
        File.WriteAllBytes(path, model);
        return path;
    }
}
