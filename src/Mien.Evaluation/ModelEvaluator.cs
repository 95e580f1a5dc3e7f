using Mien.Data;

namespace Mien.Evaluation;

/// <summary>
/// Runs a model over a data set the way users run it: through the library, never through the training code. Thread-safe
/// if the model is.
/// </summary>
internal sealed class ModelEvaluator
{
    private readonly ModelContract contract;
    private readonly LogitsOfBatch computeOutputs;
    private readonly int outputCount;
    private readonly ModelEvaluationOptions options;

    // In the order of ModelContract.HeadNames; a model with one head has one.
    private readonly Head[] heads;
    private readonly Head selected;

    /// <summary>Prepares the evaluation of a model.</summary>
    /// <param name="model">The model. The caller disposes of it after the last call.</param>
    /// <param name="options">Options; <c>null</c> uses the defaults (no test-time augmentation).</param>
    /// <exception cref="MienException">
    /// <c>otherLabels</c>: the model's labels are not the seven of the data set; <c>noSuchHead</c>: the model has no
    /// such head.
    /// </exception>
    public ModelEvaluator(ExpressionClassifier model, ModelEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        contract = model.Contract;
        this.options = options ?? new ModelEvaluationOptions();
        computeOutputs = model.ComputeOutputs;
        outputCount = contract.OutputCount;
        int[] expressionOf = SevenLabels.Check(contract);
        heads = [.. model.Heads.Select(Of)];
        selected = Of(model.Head(this.options.Head));

        Head Of(HeadReader head) =>
            new(
                (outputs, logits) =>
                {
                    head.Read(outputs, logits);
                    SevenLabels.Reorder(expressionOf, logits);
                },
                (this.options.VoteTemperatures ? VoteTemperature(head.Head.Name) : null) ?? head.Head.Temperature
            );

        float? VoteTemperature(string? name) => contract.Heads?.FirstOrDefault(h => h.Name == name)?.VoteTemperature;
    }

    // For tests, which pass the model as a function of one head.
    internal ModelEvaluator(ModelContract contract, LogitsOfBatch computeLogits, ModelEvaluationOptions? options = null)
    {
        this.contract = contract;
        this.options = options ?? new ModelEvaluationOptions();
        computeOutputs = computeLogits;
        outputCount = Expressions.Count;
        selected = new Head(
            (outputs, logits) => outputs.CopyTo(logits),
            contract.SelectHead(this.options.Head).Temperature
        );
        heads = [selected];
    }

    private delegate void ReadLogits(ReadOnlySpan<float> outputs, Span<float> logits);

    internal delegate void LogitsOfBatch(ReadOnlySpan<byte> pixels, int count, Span<float> logits);

    /// <summary>
    /// Classifies every image of a data set in its order. Images are resized to the model's size with the kernel in its
    /// contract. The logits go through the softmax at the temperature of the head, as in
    /// <see cref="ExpressionClassifier.Classify(ReadOnlySpan{byte}, int, Span{float}, string)"/>. With test-time
    /// augmentation the probabilities of the views are averaged with equal weight.
    /// </summary>
    /// <param name="data">The images; may be empty.</param>
    /// <param name="progress">Receives the number of finished images after every batch; may be <c>null</c>.</param>
    /// <param name="cancellationToken">Cancels the work between two batches.</param>
    /// <returns>Predictions named after the model; with logits unless views were averaged.</returns>
    /// <exception cref="MienException">The model cannot be run.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Predictions Predict(
        FaceDataset data,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default
    ) => Run(data, [selected], progress, cancellationToken)[0];

    /// <summary>
    /// Classifies every image as <see cref="Predict"/> does, with each head of the model and their blend, in one pass.
    /// </summary>
    /// <param name="data">The images; may be empty.</param>
    /// <param name="progress">Receives the number of finished images after every batch; may be <c>null</c>.</param>
    /// <param name="cancellationToken">Cancels the work between two batches.</param>
    /// <returns>
    /// Predictions for each of <see cref="ModelContract.HeadNames"/>, in that order; one for a model with one head.
    /// </returns>
    /// <exception cref="MienException">The model cannot be run.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<Predictions> PredictHeads(
        FaceDataset data,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default
    ) => Run(data, heads, progress, cancellationToken);

    private Predictions[] Run(
        FaceDataset data,
        Head[] wanted,
        IProgress<int>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(data);
        int size = contract.Width * contract.Height;
        IReadOnlyList<TestTimeView> views = TestTimeViews.Of(
            options.TestTimeAugmentation,
            contract.Width,
            contract.Height
        );
        // The views of one image stay in one batch, so that a batch holds about BatchSize views.
        int batch = Math.Max(1, options.BatchSize / views.Count);
        byte[] images = new byte[batch * size];
        byte[] crops = views.Count == 1 ? images : new byte[batch * views.Count * size];
        float[] outputs = new float[batch * views.Count * outputCount];
        float[] rows = new float[batch * views.Count * Expressions.Count];
        int values = data.Count * Expressions.Count;
        float[][] probabilities = [.. wanted.Select(_ => new float[values])];
        float[]?[] logits = [.. wanted.Select(_ => views.Count == 1 ? new float[values] : null)];
        for (int start = 0; start < data.Count; start += batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(batch, data.Count - start);
            for (int i = 0; i < count; i++)
            {
                AtModelSize(data, start + i).CopyTo(images.AsSpan(i * size));
            }

            for (int i = 0; views.Count > 1 && i < count; i++)
            {
                for (int v = 0; v < views.Count; v++)
                {
                    TestTimeViews.Render(
                        images.AsSpan(i * size, size),
                        contract.Width,
                        contract.Height,
                        views[v],
                        crops.AsSpan(((i * views.Count) + v) * size, size)
                    );
                }
            }

            int runs = count * views.Count;
            Span<float> computed = outputs.AsSpan(0, runs * outputCount);
            computeOutputs(crops.AsSpan(0, runs * size), runs, computed);
            for (int h = 0; h < wanted.Length; h++)
            {
                Span<float> results = rows.AsSpan(0, runs * Expressions.Count);
                wanted[h].Read(computed, results);
                if (logits[h] is { } kept)
                {
                    results.CopyTo(kept.AsSpan(start * Expressions.Count));
                }

                for (int r = 0; r < runs; r++)
                {
                    Softmax.InPlace(results.Slice(r * Expressions.Count, Expressions.Count), wanted[h].Temperature);
                }

                Average(
                    results,
                    views.Count,
                    probabilities[h].AsSpan(start * Expressions.Count, count * Expressions.Count)
                );
            }

            progress?.Report(start + count);
        }

        string[] sources = [.. Enumerable.Range(0, data.Count).Select(data.Source)];
        return
        [
            .. wanted.Select(
                (_, h) => new Predictions(contract.Name, probabilities[h], [.. data.Labels], sources, logits[h])
            ),
        ];
    }

    private ReadOnlySpan<byte> AtModelSize(FaceDataset data, int index) =>
        data.Width == contract.Width && data.Height == contract.Height
            ? data.Image(index)
            : new GrayImage(data.Width, data.Height, data.Image(index).ToArray())
                .Resize(contract.Width, contract.Height, contract.Resize)
                .Pixels;

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

    /// <summary>How the seven logits of a head come out of the model's outputs, and its temperature.</summary>
    private sealed record Head(ReadLogits Read, float Temperature);
}
