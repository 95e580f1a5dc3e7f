using Mien.CommandLine;

namespace Mien.Lab.Tests;

public sealed class AddFeaturesTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_older_file_gets_the_output_and_nothing_else_changes(bool pooled)
    {
        string before = BrightnessModel.Write(folder["old.onnx"], pooled: pooled);
        string after = folder["out/new.onnx"];
        LabResult result = Lab.Run("add-features", before, "-o", after);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Contains($"{(pooled ? 1 : 48 * 48)} features, the same logits as", result.Out, StringComparison.Ordinal);
        using ExpressionClassifier one = ExpressionClassifier.Load(before);
        using ExpressionClassifier two = ExpressionClassifier.Load(after);
        Assert.Equal("features", two.Contract.FeaturesName);
        Assert.Equal(one.Contract.ToJson(), (two.Contract with { FeaturesName = null }).ToJson());
        GrayImage face = BrightnessModel.Face(Expression.Fear);
        Assert.Equal(one.Classify(face).LabelScores.Values, two.Classify(face).LabelScores.Values);
    }

    [Fact]
    public void A_model_that_has_it_or_cannot_have_it_is_an_error_and_leaves_no_file()
    {
        string output = folder["out.onnx"];
        Fails("tiny", "the model has the output 'features' with its features already");
        string relu = folder["relu.onnx"];
        File.WriteAllBytes(
            relu,
            new OnnxBuilder()
                .Input("image", -1, 1, 1, 7)
                .Node("Flatten", ["image"], "flat")
                .Node("Relu", ["flat"], "logits")
                .Output("logits", -1, 7)
                .Metadata(
                    ModelContract.MetadataKey,
                    new ModelContract
                    {
                        Name = "relu",
                        Width = 7,
                        Height = 1,
                        Labels = Expressions.Names,
                    }.ToJson()
                )
                .Build()
        );
        Fails(relu, "the output 'logits' comes from Relu");
        Fails(folder["none.onnx"], "there is no such model file");

        void Fails(string model, string expected)
        {
            LabResult result = Lab.Run("add-features", model, "-o", output);
            Assert.NotEqual(ExitCodes.Done, result.Code);
            Assert.Contains(expected, result.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(output));
        }
    }
}
