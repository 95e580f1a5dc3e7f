using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;
using Mien.Training;
using OrtRunOptions = Microsoft.ML.OnnxRuntime.RunOptions;

namespace Mien.Lab;

/// <summary>
/// A teacher from a model file, in ONNX Runtime. Unlike the library it takes pixels that are not rounded to whole gray
/// values, because an augmented image has no others. Thread-safe.
/// </summary>
internal sealed class OnnxTeacher : ITeacherNetwork
{
    private readonly string source;
    private readonly ModelContract contract;
    private readonly InferenceSession session;
    private readonly OrtRunOptions runOptions = new();
    private readonly int[] expressionOf;
    private readonly ModelHead? labelHead;
    private readonly ModelHead? voteHead;

    private OnnxTeacher(string source, byte[] model, ModelContract contract, int threads)
    {
        this.source = source;
        this.contract = contract;
        expressionOf = SevenLabels.Check(contract);
        Hash = Convert.ToHexStringLower(SHA256.HashData(model));
        if (contract.Heads is { } heads)
        {
            labelHead =
                heads.FirstOrDefault(h => h.Name == LabelSets.Fer2013) ?? throw Teachers.NoLabelHead(source, heads);
            voteHead = heads.FirstOrDefault(h => h.Name == LabelSets.FerPlus);
        }

        var options = new ClassifierOptions { Threads = threads, Spinning = false };
        session = SessionFactory.Open(options.Device, device => SessionFactory.Create(model, source, options, device));
    }

    public string Name => contract.Name;

    public string Hash { get; }

    public int Height => contract.Height;

    public int Width => contract.Width;

    public bool HasVotes => voteHead is not null;

    /// <summary>Opens a teacher.</summary>
    /// <param name="model">A built-in model's name, or the path of an ONNX file.</param>
    /// <param name="threads">Threads of the network; 0: one per core.</param>
    /// <exception cref="MienException">The model cannot be used.</exception>
    public static OnnxTeacher Open(string model, int threads)
    {
        if (!BuiltInModels.Names.Contains(model) && !File.Exists(model))
        {
            throw Teachers.Missing(model);
        }

        // Loading the model in the library checks the file and its contract.
        using ExpressionClassifier classifier = ExpressionClassifier.Load(model);
        return new OnnxTeacher(model, ModelFile.Read(model), classifier.Contract, threads);
    }

    public Augmenter AugmenterOf(TrainingRecipe recipe, FaceDataset train) =>
        // The normalisation of crops is in the model's graph.
        new(recipe with { CropNormalisation = CropNormalisationKind.None }, train, contract.Scale, contract.Offset);

    public void Predict(float[] inputs, int count, Span<float> labels, Span<float> votes)
    {
        int columns = contract.OutputCount;
        float[] outputs = new float[count * columns];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance,
            inputs.AsMemory(0, count * Height * Width),
            [count, 1, Height, Width]
        );
        using OrtValue output = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance,
            outputs.AsMemory(),
            [count, columns]
        );
        try
        {
            session.Run(runOptions, [contract.InputName], [input], [contract.OutputName], [output]);
        }
        catch (OnnxRuntimeException e)
        {
            throw new TrainingException(
                ErrorKind.Internal,
                "teacherFailed",
                $"{source}: the teacher failed on {count} images of {Width}×{Height}: {e.Message}. Export it again "
                    + $"with mien-lab export.",
                e
            );
        }

        Read(labelHead, outputs, count, labels);
        if (voteHead is not null)
        {
            Read(voteHead, outputs, count, votes);
        }
    }

    public void Dispose()
    {
        session.Dispose();
        runOptions.Dispose();
    }

    private void Read(ModelHead? head, float[] outputs, int count, Span<float> probabilities)
    {
        for (int i = 0; i < count; i++)
        {
            Span<float> row = probabilities.Slice(i * Expressions.Count, Expressions.Count);
            outputs.AsSpan((i * contract.OutputCount) + (head?.Offset ?? 0), Expressions.Count).CopyTo(row);
            if (contract.Output == ModelOutput.Probabilities)
            {
                foreach (ref float value in row)
                {
                    value = MathF.Log(MathF.Max(value, 1.17549435e-38f)); // as the library does
                }
            }

            // The targets of a head for votes are shares of people, so its probabilities must be too.
            Softmax.InPlace(row, head?.VoteTemperature ?? head?.Temperature ?? contract.Temperature);
        }

        SevenLabels.Reorder(expressionOf, probabilities[..(count * Expressions.Count)]);
        foreach (float value in probabilities[..(count * Expressions.Count)])
        {
            if (!float.IsFinite(value))
            {
                throw new TrainingException(
                    ErrorKind.BadInput,
                    "teacherFailed",
                    $"{source}: the teacher's prediction for an augmented image is {value}, expected a finite number. "
                        + $"Its weights are damaged: export another checkpoint with mien-lab export."
                );
            }
        }
    }
}
