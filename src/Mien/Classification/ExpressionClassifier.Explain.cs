namespace Mien;

// Which parts of a face the network went by.
public sealed partial class ExpressionClassifier
{
    /// <summary>How often the network has run.</summary>
    internal long Runs => session.Runs;

    /// <summary>
    /// Shows which parts of a face speak for a label, as far as this network goes. A class activation map costs
    /// one run of the network, occlusion two or three of up to 64 images (101 images for an input of 48 pixels, 122 for
    /// 40), and finding the most probable label one more. Thread-safe.
    /// </summary>
    /// <param name="face">
    /// A face crop of any size; brought to the model's size with the contract's kernel. Neither changed nor kept.
    /// </param>
    /// <param name="label">
    /// What is explained, one of <see cref="ModelContract.Labels"/>; <see langword="null"/>: the most probable label.
    /// </param>
    /// <param name="method">
    /// How; <see langword="null"/>: by class activation maps where the model has them, else by occlusion.
    /// </param>
    /// <returns>A value a pixel of the model's input.</returns>
    /// <exception cref="ArgumentException">The model has no such label, or the method is unknown.</exception>
    /// <exception cref="ObjectDisposedException">This classifier was disposed of.</exception>
    /// <exception cref="MienException">
    /// <c>noClassMaps</c>: the model has no class activation maps; <c>modelFailed</c>: the network gave something that
    /// is no number.
    /// </exception>
    public FaceExplanation Explain(GrayImage face, string? label = null, ExplanationMethod? method = null)
    {
        ArgumentNullException.ThrowIfNull(face);
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
            throw new ArgumentOutOfRangeException(
                nameof(method),
                method,
                "Expected a method that this version knows: ClassActivationMap, Occlusion."
            );
        }

        GrayImage crop = face.Resize(Contract.Width, Contract.Height, Contract.Resize);
        return Explain(crop.Pixels, [place < 0 ? Classify(crop).LabelScores.Top : place], method)[0];
    }

    /// <summary>Explains faces that have the model's size already.</summary>
    /// <param name="crops">Their pixels, image after image.</param>
    /// <param name="labels">The place of the label of each that is explained.</param>
    /// <param name="method">How; <see langword="null"/>: as the model allows.</param>
    /// <param name="cancellationToken">Ends the work between two runs of the network.</param>
    internal FaceExplanation[] Explain(
        ReadOnlySpan<byte> crops,
        ReadOnlySpan<int> labels,
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
                $"The model '{Contract.Name}' has no class activation maps: its network does not end in a "
                    + $"global average pooling and one dense layer, or its file is older than these maps. Take "
                    + $"occlusion, or export the model again with mien-lab export."
            );
        }

        int size = Contract.Width * Contract.Height;
        float[][]? maps =
            used == ExplanationMethod.ClassActivationMap
                ? ClassMapExplainer.Explain(session, crops, labels, cancellationToken)
                : null;
        var explanations = new FaceExplanation[labels.Length];
        for (int i = 0; i < explanations.Length; i++)
        {
            ReadOnlySpan<byte> crop = crops.Slice(i * size, size);
            float[] values =
                maps?[i] ?? OcclusionExplainer.Explain(this, session.BatchSize, crop, labels[i], cancellationToken);
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
