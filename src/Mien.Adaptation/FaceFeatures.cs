using Mien.Data;

namespace Mien.Adaptation;

/// <summary>
/// Computes the features of labelled faces. Pictures are read several at a time and dropped at once; a batch of crops,
/// the features and the old answers are kept. For one collection.
/// </summary>
internal sealed class FaceFeatures(ExpressionClassifier classifier, AdaptationOptions options, LabelNames names)
{
    /// <summary>The number of crops that go through the network together.</summary>
    private const int Batch = 128;

    /// <summary>How long pictures in progress may take after a cancellation.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly List<AdaptationProblem> skipped = [];
    private readonly Dictionary<string, string> spellings = new(StringComparer.OrdinalIgnoreCase);
    private readonly FaceGroups groups = new();
    private readonly List<int> targets = [];
    private readonly HeadReader head = classifier.Head(options.Head);
    private readonly int size = classifier.Contract.Width * classifier.Contract.Height;
    private readonly int featureCount = classifier.FeatureCount;
    private readonly int baseCount = classifier.Contract.Labels.Count;
    private float[] features = [];
    private float[] baseLogits = [];
    private int computed;

    /// <summary>Reads all faces.</summary>
    public async Task<CollectedFaces> CollectAsync(
        IReadOnlyList<LabelledFace> faces,
        IProgress<AdaptationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        int threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        using var reader = new FaceReader(options, classifier.Contract);
        features = new float[faces.Count * featureCount];
        baseLogits = new float[faces.Count * baseCount];
        byte[] crops = new byte[Batch * size];
        int waiting = 0;
        int done = 0;
        IAsyncEnumerable<(LabelledFace Face, int Target, FaceCrop Crop)> read = OrderedBatch.Run(
            faces.ToAsyncEnumerable(),
            (face, stop) => Task.Run(() => Read(reader, face, stop), CancellationToken.None),
            threads,
            Grace,
            cancellationToken
        );
        await foreach ((LabelledFace face, int target, FaceCrop crop) in read.ConfigureAwait(false))
        {
            progress?.Report(new AdaptationProgress(AdaptationStage.Faces, ++done, faces.Count));
            if (crop.Pixels is null)
            {
                skipped.Add(crop.Problem!);
                continue;
            }

            if (!face.Label.Trim().Equals(names.Labels[target], StringComparison.OrdinalIgnoreCase))
            {
                spellings.TryAdd(face.Label.Trim(), names.Labels[target]);
            }

            groups.Add(face, crop.Pixels);
            targets.Add(target);
            crop.Pixels.CopyTo(crops, waiting++ * size);
            if (waiting == Batch)
            {
                Compute(crops, waiting);
                waiting = 0;
            }
        }

        Compute(crops, waiting);
        return Collected(faces.Count);
    }

    private (LabelledFace Face, int Target, FaceCrop Crop) Read(
        FaceReader reader,
        LabelledFace face,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (face.Problem is null && !names.TryFind(face.Label, out int target))
        {
            string message =
                $"{face.Name}: {names.Unknown("unknown label", face.Label)}. Correct the label, or name it "
                + "as a class of your own.";
            return (
                face,
                -1,
                new FaceCrop(
                    null,
                    new AdaptationProblem(AdaptationProblem.UnknownLabel, face.Name, face.Label, message)
                )
            );
        }

        _ = names.TryFind(face.Label, out target);
        return (face, target, reader.Read(face, cancellationToken));
    }

    private void Compute(byte[] crops, int count)
    {
        if (count == 0)
        {
            return;
        }

        float[] outputs = new float[count * head.OutputCount];
        classifier.ComputeFeatures(
            crops.AsSpan(0, count * size),
            count,
            features.AsSpan(computed * featureCount, count * featureCount),
            outputs
        );
        Span<float> logits = baseLogits.AsSpan(computed * baseCount, count * baseCount);
        head.Read(outputs, logits);
        for (int i = 0; i < count; i++)
        {
            Span<float> row = logits.Slice(i * baseCount, baseCount);
            double mean = 0;
            foreach (float value in row)
            {
                mean += (double)value / baseCount;
            }

            foreach (ref float value in row)
            {
                value = (float)((value - mean) / head.Head.Temperature);
            }
        }

        computed += count;
    }

    private CollectedFaces Collected(int expected)
    {
        if (computed < expected)
        {
            Array.Resize(ref features, computed * featureCount);
            Array.Resize(ref baseLogits, computed * baseCount);
        }

        ModelContract contract = classifier.Contract;
        var old = new LabelNames(contract.Labels);
        return new CollectedFaces(
            new AdaptationSamples
            {
                Labels = names.Labels,
                BaseColumns =
                [
                    .. names.Labels.Select(l =>
                        !options.Only && old.TryFind(l, out int place) && contract.Labels[place] == l ? place : -1
                    ),
                ],
                FeatureCount = featureCount,
                Features = features,
                BaseCount = baseCount,
                BaseLogits = baseLogits,
                Targets = [.. targets],
                Groups = groups.ToArray(),
                AreGroupsKnown = groups.Kind != AdaptationGroupKind.Picture,
            },
            groups.Kind,
            groups.Identical,
            spellings,
            skipped
        );
    }
}

/// <summary>What was read of the faces.</summary>
/// <param name="Samples">The faces as numbers.</param>
/// <param name="GroupKind">What is known of their groups.</param>
/// <param name="Identical">The number of faces that are identical to an earlier one.</param>
/// <param name="Spellings">The labels in another spelling, with the label that each was taken for.</param>
/// <param name="Skipped">The faces that could not be used.</param>
internal sealed record CollectedFaces(
    AdaptationSamples Samples,
    AdaptationGroupKind GroupKind,
    int Identical,
    IReadOnlyDictionary<string, string> Spellings,
    IReadOnlyList<AdaptationProblem> Skipped
);
