namespace Mien.Evaluation;

/// <summary>
/// Runs a model over a data set the way users run it: through the library, never through the trainer. Thread-safe where the
/// model is.
/// </summary>
public sealed class ModelEvaluator
{
    private readonly ModelContract contract;
    private readonly RunBatch classify;
    private readonly RunBatch computeLogits;
    private readonly ModelEvaluationOptions options;

    // The seam for tests: a model as two functions.
    internal ModelEvaluator(ModelContract contract, RunBatch classify, RunBatch computeLogits, ModelEvaluationOptions? options = null)
    {
        this.contract = contract;
        this.classify = classify;
        this.computeLogits = computeLogits;
        this.options = options ?? new ModelEvaluationOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.BatchSize, 1, nameof(options));
    }

    internal delegate void RunBatch(ReadOnlySpan<byte> pixels, int count, Span<float> results);

    /// <summary>
    /// Classifies every image of a data set, in its order. Images of another size than the model's are resized with the
    /// kernel of its contract. With test-time augmentation the probabilities of the views are averaged with equal weight.
    /// </summary>
    /// <param name="data">The images; may be empty.</param>
    /// <param name="progress">Told the number of images done after every batch; <c>null</c>: nobody.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <returns>Predictions named after the model.</returns>
    /// <exception cref="MienException">The model cannot be run.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Predictions Predict(Data.FaceDataset data, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        int size = contract.Width * contract.Height;
        IReadOnlyList<TestTimeView> views = TestTimeViews.Of(options.TestTimeAugmentation, contract.Width, contract.Height);
        int batch = Math.Max(1, options.BatchSize / views.Count);
        byte[] images = new byte[batch * size];
        byte[] crops = views.Count == 1 ? images : new byte[batch * views.Count * size];
        float[] rows = new float[batch * views.Count * Expressions.Count];
        float[] probabilities = new float[data.Count * Expressions.Count];
        float[]? logits = options.KeepLogits ? new float[probabilities.Length] : null;
        for (int start = 0; start < data.Count; start += batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(batch, data.Count - start);
            for (int i = 0; i < count; i++)
            {
                AtModelSize(data, start + i).CopyTo(images.AsSpan(i * size));
            }

            if (logits is not null)
            {
                computeLogits(images.AsSpan(0, count * size), count, logits.AsSpan(start * Expressions.Count, count * Expressions.Count));
            }

            for (int i = 0; views.Count > 1 && i < count; i++)
            {
                for (int v = 0; v < views.Count; v++)
                {
                    TestTimeViews.Render(images.AsSpan(i * size, size), contract.Width, contract.Height, views[v], crops.AsSpan(((i * views.Count) + v) * size, size));
                }
            }

            int runs = count * views.Count;
            classify(crops.AsSpan(0, runs * size), runs, rows.AsSpan(0, runs * Expressions.Count));
            Average(rows, views.Count, probabilities.AsSpan(start * Expressions.Count, count * Expressions.Count));
            progress?.Report(start + count);
        }

        string[] sources = [.. Enumerable.Range(0, data.Count).Select(data.Source)];
        return new Predictions(contract.Name, probabilities, [.. data.Labels], sources, logits);
    }

    private ReadOnlySpan<byte> AtModelSize(Data.FaceDataset data, int index) =>
        data.Width == contract.Width && data.Height == contract.Height
            ? data.Image(index)
            : new GrayImage(data.Width, data.Height, data.Image(index).ToArray()).Resize(contract.Width, contract.Height, contract.Resize).Pixels;

    private static void Average(ReadOnlySpan<float> rows, int views, Span<float> means)
    {
        for (int i = 0; i < means.Length; i++)
        {
            int first = (i / Expressions.Count * views * Expressions.Count) + (i % Expressions.Count);
            double sum = 0;
            for (int v = 0; v < views; v++)
            {
                sum += rows[first + (v * Expressions.Count)];
            }

            means[i] = (float)(sum / views);
        }
    }
}
