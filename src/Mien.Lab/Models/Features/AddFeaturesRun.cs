using System.Globalization;
using Mien.CommandLine;
using Mien.Networks;

namespace Mien.Lab;

/// <summary>Adds the output with the features to a model file, and checks that its logits stay as they are.</summary>
internal sealed class AddFeaturesRun(CommandConsole console)
{
    private const int CheckedImages = 16;

    /// <summary>A built-in model or an ONNX file.</summary>
    public required string Model { get; init; }

    /// <summary>The file to write.</summary>
    public required string Output { get; init; }

    /// <summary>Runs the command. An existing file is replaced only by a complete new one.</summary>
    /// <returns>The exit code.</returns>
    public int Execute()
    {
        string file = OutputPath.Prepare(Output, "--output");
        using OutputLock alone = OutputLock.Take([file]);
        using ExpressionClassifier before = ExpressionClassifier.Load(Model);
        if (before.Contract.FeaturesName is { } there)
        {
            throw new UsageException(
                $"{Model}: the model has the output '{there}' with its features already. It can be adapted as it is."
            );
        }

        OnnxLastLayer layer = OnnxLastLayer.Find(ModelFile.Read(Model), before.Contract.OutputName, Model);
        ModelContract contract = before.Contract with { FeaturesName = ModelFile.Features };
        byte[] bytes = layer.WithFeatures(
            ModelFile.Features,
            new Dictionary<string, string> { [ModelContract.MetadataKey] = contract.ToJson() },
            Model
        );
        using ExpressionClassifier after = ExpressionClassifier.Load(new MemoryStream(bytes), name: Model);
        Compare(before, after);
        OutputFile.WriteBytes(file, bytes);
        console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{file}: {ModelFile.Size(file)}, {after.FeatureCount} features, the same logits as {Model}"
            )
        );
        return ExitCodes.Done;
    }

    private void Compare(ExpressionClassifier before, ExpressionClassifier after)
    {
        ModelContract contract = before.Contract;
        byte[] pixels = new byte[CheckedImages * contract.Width * contract.Height];
        new Random(1).NextBytes(pixels);
        float[] expected = new float[CheckedImages * contract.OutputCount];
        float[] found = new float[expected.Length];
        before.ComputeOutputs(pixels, CheckedImages, expected);
        after.ComputeOutputs(pixels, CheckedImages, found);
        if (!expected.SequenceEqual(found))
        {
            throw new MienException(
                ErrorKind.Internal,
                "modelFailed",
                $"{Model}: with the new output its logits differ from those before, expected the same. Nothing was "
                    + $"written. Export the model again with mien-lab export."
            );
        }
    }
}
