namespace Mien;

// Batches the face crops of several callers into one run of the network, for the service. A run for a single crop costs
// the small network more than twice as much as its share of a large batch.
public sealed partial class FaceExpressionRecognizer
{
    /// <summary>Decodes a face crop, to be recognized together with others. Thread-safe.</summary>
    /// <param name="data">The bytes of the file; not retained.</param>
    /// <param name="name">
    /// The name of the source for the result and for error messages; may be <see langword="null"/>.
    /// </param>
    /// <param name="options">Options for this image.</param>
    /// <returns>
    /// The crop; <see langword="null"/> if the image is not a face crop, or the options request an explanation.
    /// </returns>
    /// <exception cref="MienException">
    /// As for <see cref="Recognize(ReadOnlySpan{byte}, string, RecognitionOptions, CancellationToken)"/>.
    /// </exception>
    internal PreparedCrop? PrepareCrop(ReadOnlySpan<byte> data, string? name, RecognitionOptions options)
    {
        string source = name ?? "image";
        HeadReader head = HeadOf(options);
        if (options.Boxes is not null || options.IsFaceCrop == false || options.Explain)
        {
            return null;
        }

        (int width, int height) = ImageCodec.SizeOf(data, source, Options.Limits);
        if (!IsCrop(width, height, options))
        {
            return null;
        }

        GrayImage image = ImageDecoder.Decode(data, source, Options.Limits);
        return new PreparedCrop(
            name,
            image.Width,
            image.Height,
            image.Resize(Contract.Width, Contract.Height, Contract.Resize),
            head,
            options.KeepCrops
        );
    }

    /// <summary>Recognizes crops in as few runs of the network as possible. Thread-safe.</summary>
    /// <returns>One result per crop, the same as for each crop alone.</returns>
    /// <exception cref="MienException"><c>modelFailed</c> for at least one of the crops.</exception>
    internal RecognitionResult[] RecognizeCrops(IReadOnlyList<PreparedCrop> crops)
    {
        uses.Enter();
        try
        {
            (ExpressionResult[] results, float[] distances) = Classify(crops);
            return
            [
                .. crops.Select(
                    (crop, i) =>
                    {
                        ExpressionResult result = results[i];
                        FaceQuality quality = FaceQuality.OfCrop(crop.Width, crop.Height, crop.Crop);
                        var face = new RecognizedFace(
                            new FaceBox(0, 0, crop.Width, crop.Height),
                            result,
                            quality,
                            Uncertainty.Of(
                                result,
                                UncertainBelowOf(crop.Head),
                                crop.Crop.Pixels,
                                quality,
                                isUnlike: IsUnlike(distances, i)
                            )
                        )
                        {
                            Crop = crop.Keep ? crop.Crop : null,
                        };
                        return new RecognitionResult(crop.Name, crop.Width, crop.Height, [face])
                        {
                            IsFaceCrop = true,
                            Head = crop.Head.Head.Name,
                        };
                    }
                ),
            ];
        }
        finally
        {
            uses.Leave();
        }
    }

    /// <summary>Classifies crops in one pass, whichever heads they want.</summary>
    private (ExpressionResult[] Results, float[] Distances) Classify(IReadOnlyList<PreparedCrop> crops)
    {
        int size = Contract.Width * Contract.Height;
        byte[] pixels = new byte[crops.Count * size];
        for (int i = 0; i < crops.Count; i++)
        {
            crops[i].Crop.Pixels.CopyTo(pixels.AsSpan(i * size));
        }

        float[] outputs = new float[crops.Count * Contract.OutputCount];
        float[] distances = Distances(crops.Count);
        classifier.ComputeOutputs(pixels, crops.Count, outputs, distances);
        float[] probabilities = new float[Contract.Labels.Count];
        var results = new ExpressionResult[crops.Count];
        for (int i = 0; i < crops.Count; i++)
        {
            crops[i].Head.Read(outputs.AsSpan(i * Contract.OutputCount, Contract.OutputCount), probabilities);
            Softmax.InPlace(probabilities, crops[i].Head.Head.Temperature);
            results[i] = classifier.Result(probabilities);
        }

        return (results, distances);
    }
}
