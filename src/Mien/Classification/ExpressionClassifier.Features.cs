namespace Mien;

// Features: what the last dense layer takes. Adapting a model fits a new layer on them.
public sealed partial class ExpressionClassifier
{
    /// <summary>The number of features per image; 0 if the file has no output for them.</summary>
    internal int FeatureCount => session.FeatureCount;

    /// <summary>
    /// Computes the features and the raw outputs of all heads, in one run of the network per batch. Thread-safe.
    /// </summary>
    /// <param name="pixels">As for <see cref="Classify(ReadOnlySpan{byte}, int, Span{float}, string)"/>.</param>
    /// <param name="count">The number of images, 0 or more.</param>
    /// <param name="features">Receives count × <see cref="FeatureCount"/> features, one row per image.</param>
    /// <param name="outputs">
    /// Receives count × <see cref="HeadReader.OutputCount"/> logits, as
    /// <see cref="ComputeOutputs(ReadOnlySpan{byte}, int, Span{float})"/> computes them.
    /// </param>
    /// <exception cref="ArgumentException">The length of a span does not match the count.</exception>
    /// <exception cref="ObjectDisposedException">This classifier was disposed.</exception>
    /// <exception cref="MienException">
    /// <c>noFeatures</c>: the file has no output for features; <c>modelFailed</c>: an output is not finite.
    /// </exception>
    internal void ComputeFeatures(ReadOnlySpan<byte> pixels, int count, Span<float> features, Span<float> outputs)
    {
        CheckFeatures();
        CheckLengths(pixels, count, outputs, Contract.OutputCount);
        if (features.Length != (long)count * FeatureCount)
        {
            throw new ArgumentException(
                $"{count} image(s) need {(long)count * FeatureCount} features, got a span of {features.Length}.",
                nameof(features)
            );
        }

        int size = Contract.Width * Contract.Height;
        int columns = Contract.OutputCount;
        for (int first = 0; first < count; first += session.BatchSize)
        {
            int batch = Math.Min(session.BatchSize, count - first);
            session.RunFeatures(
                pixels.Slice(first * size, batch * size),
                batch,
                features.Slice(first * FeatureCount, batch * FeatureCount),
                outputs.Slice(first * columns, batch * columns)
            );
        }

        ToLogits(outputs);
    }

    /// <summary>Checks that the model has an output for its features.</summary>
    /// <exception cref="MienException"><c>noFeatures</c>: it has none.</exception>
    internal void CheckFeatures()
    {
        if (FeatureCount == 0)
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "noFeatures",
                $"{session.Source}: the model '{Contract.Name}' has no output with features: the file was written "
                    + $"before Mien wrote one, or its network does not end in a dense layer. Expected a built-in model "
                    + $"or a file with this output. Add it with: mien-lab add-features {session.Source} -o FILE"
            );
        }
    }
}
