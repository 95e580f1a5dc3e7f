namespace Mien;

// Explanations: which regions of a face drove a prediction.
public sealed partial class ExpressionClassifier
{
    /// <summary>The number of runs of the network so far.</summary>
    internal long Runs => session.Runs;

    /// <summary>
    /// Computes which regions of a face raised or lowered the network's score of a label. A class activation map takes
    /// one run of the network; occlusion takes two or three runs of up to 64 images each (in all 101 images for an
    /// input of 48×48 pixels, 122 for 40×40). Finding the most probable label takes one more run. Thread-safe.
    /// </summary>
    /// <param name="face">
    /// A face crop of any size; resized to the input size with the kernel of the contract. Neither modified nor
    /// retained.
    /// </param>
    /// <param name="label">
    /// The label to explain, one of <see cref="ModelContract.Labels"/>; <see langword="null"/> explains the most
    /// probable label.
    /// </param>
    /// <param name="method">
    /// The method; <see langword="null"/> uses class activation maps if the model has them, otherwise occlusion.
    /// </param>
    /// <param name="head">
    /// The head whose prediction to explain, one of <see cref="ModelContract.HeadNames"/>; <see langword="null"/> uses
    /// the default of the model. The class activation map of a blend is the weighted sum of its heads' maps, each
    /// divided by the temperature of its head.
    /// </param>
    /// <returns>The explanation, with one value per pixel of the model's input.</returns>
    /// <exception cref="ArgumentException">The model has no such label, or the method is unknown.</exception>
    /// <exception cref="ObjectDisposedException">This classifier was disposed.</exception>
    /// <exception cref="MienException">
    /// <c>noClassMaps</c>: the model has no class activation maps; <c>modelFailed</c>: the network's output is not
    /// finite; <c>noSuchHead</c>: the model has no such head.
    /// </exception>
    public FaceExplanation Explain(
        GrayImage face,
        string? label = null,
        ExplanationMethod? method = null,
        string? head = null
    )
    {
        ArgumentNullException.ThrowIfNull(face);
        HeadReader used = session.Head(head);
        int place = label is null ? -1 : session.Labels.PlaceOf(label);
        if (label is not null && place < 0)
        {
            throw new ArgumentException(
                $"The model has no label '{label}'; it has {string.Join(", ", Contract.Labels)}.",
                nameof(label)
            );
        }

        if (method is { } way && !Enum.IsDefined(way))
        {
            throw new ArgumentOutOfRangeException(nameof(method), method, "Expected ClassActivationMap or Occlusion.");
        }

        GrayImage crop = face.Resize(Contract.Width, Contract.Height, Contract.Resize);
        return Explain(crop.Pixels, [place < 0 ? Classify(crop, head).LabelScores.Top : place], used, method)[0];
    }

    /// <summary>Explains faces that already have the model's input size.</summary>
    /// <param name="crops">The pixels of the faces, image after image.</param>
    /// <param name="labels">For each face, the index of the label to explain.</param>
    /// <param name="head">The head whose predictions to explain.</param>
    /// <param name="method">
    /// The method; <see langword="null"/> uses class activation maps if the model has them, otherwise occlusion.
    /// </param>
    /// <param name="cancellationToken">Cancels the work between two runs of the network.</param>
    internal FaceExplanation[] Explain(
        ReadOnlySpan<byte> crops,
        ReadOnlySpan<int> labels,
        HeadReader head,
        ExplanationMethod? method = null,
        CancellationToken cancellationToken = default
    )
    {
        ExplanationMethod used =
            method ?? (Contract.Maps is null ? ExplanationMethod.Occlusion : ExplanationMethod.ClassActivationMap);
        if (used == ExplanationMethod.ClassActivationMap && Contract.Maps is null)
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "noClassMaps",
                $"The model '{Contract.Name}' has no class activation maps: either its network does not end in "
                    + $"global average pooling and one dense layer, or the file was exported before Mien wrote these "
                    + $"maps. Use occlusion, or export the model again with mien-lab export."
            );
        }

        int size = Contract.Width * Contract.Height;
        float[][]? maps =
            used == ExplanationMethod.ClassActivationMap
                ? ClassMapExplainer.Explain(session, head, crops, labels, cancellationToken)
                : null;
        var explanations = new FaceExplanation[labels.Length];
        for (int i = 0; i < explanations.Length; i++)
        {
            ReadOnlySpan<byte> crop = crops.Slice(i * size, size);
            float[] values =
                maps?[i]
                ?? OcclusionExplainer.Explain(this, head, session.BatchSize, crop, labels[i], cancellationToken);
            explanations[i] = new FaceExplanation(
                Contract.Labels[labels[i]],
                used,
                new GrayImage(Contract.Width, Contract.Height, crop.ToArray()),
                values
            );
        }

        return explanations;
    }
}
