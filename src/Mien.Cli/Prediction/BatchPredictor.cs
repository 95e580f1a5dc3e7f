namespace Mien.Cli.Prediction;

/// <summary>
/// Classifies any number of image files in their order, a few at a time, so that the memory does not grow with their number.
/// </summary>
internal sealed class BatchPredictor(ExpressionClassifier classifier, int threads)
{
    /// <summary>Enough images for the network to work at full speed and few enough that results appear as they are made.</summary>
    public const int BatchSize = 32;

    private readonly int size = classifier.Contract.Width * classifier.Contract.Height;

    /// <summary>Decodes and classifies; batches come as they are done. An image that cannot be read becomes a failed outcome.</summary>
    public IEnumerable<IReadOnlyList<ImageOutcome>> Predict(IReadOnlyList<ImageOutcome> images, CancellationToken cancellationToken)
    {
        for (int first = 0; first < images.Count; first += BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return PredictBatch([.. images.Skip(first).Take(BatchSize)], cancellationToken);
        }
    }

    private ImageOutcome[] PredictBatch(ImageOutcome[] batch, CancellationToken cancellationToken)
    {
        byte[]?[] faces = new byte[]?[batch.Length];
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount,
            CancellationToken = cancellationToken,
        };
        Parallel.For(0, batch.Length, options, i => (batch[i], faces[i]) = Read(batch[i]));

        int[] good = [.. Enumerable.Range(0, batch.Length).Where(i => faces[i] is not null)];
        byte[] pixels = new byte[good.Length * size];
        for (int i = 0; i < good.Length; i++)
        {
            faces[good[i]]!.CopyTo(pixels, i * size);
        }

        float[] probabilities = new float[good.Length * Expressions.Count];
        classifier.Classify(pixels, good.Length, probabilities);
        for (int i = 0; i < good.Length; i++)
        {
            batch[good[i]] = batch[good[i]] with
            {
                Result = new ExpressionResult(probabilities.AsSpan(i * Expressions.Count, Expressions.Count)),
            };
        }

        return batch;
    }

    /// <summary>Decodes an image and brings it to the model's size at once: photos are large, and a batch has many.</summary>
    private (ImageOutcome Image, byte[]? Face) Read(ImageOutcome image)
    {
        if (image.Error is not null)
        {
            return (image, null);
        }

        try
        {
            GrayImage decoded = GrayImage.Decode(image.Path);
            GrayImage face = decoded.Resize(classifier.Contract.Width, classifier.Contract.Height, classifier.Contract.Resize);
            return (image with { Width = decoded.Width, Height = decoded.Height }, face.Pixels);
        }
        catch (MienException e)
        {
            return (image with { Error = e }, null);
        }
        catch (OutOfMemoryException e)
        {
            return (image with { Error = new MienException("outOfMemory", $"{image.Path}: there is not enough memory to decode this image. Make it smaller.", e) }, null);
        }
    }
}
