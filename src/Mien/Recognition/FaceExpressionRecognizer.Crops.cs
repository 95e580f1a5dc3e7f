namespace Mien;

// Face crops of several callers in one run of the network, for a service: a run for one crop costs the small network
// more than twice what a crop costs in a run for many.
public sealed partial class FaceExpressionRecognizer
{
    /// <summary>
    /// Decodes an image that counts as a face crop, to be recognized together with others. Thread-safe.
    /// </summary>
    /// <param name="data">The file's bytes; not kept.</param>
    /// <param name="name">Where it comes from, for the result and for messages.</param>
    /// <param name="options">What is asked for.</param>
    /// <returns>
    /// The crop; <see langword="null"/> for an image that is none, or of which more than the network's answer is asked.
    /// </returns>
    /// <exception cref="MienException">
    /// As for <see cref="Recognize(ReadOnlySpan{byte}, string, RecognitionOptions, CancellationToken)"/>.
    /// </exception>
    internal PreparedCrop? PrepareCrop(ReadOnlySpan<byte> data, string? name, RecognitionOptions options)
    {
        string source = name ?? "image";
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
            options.KeepCrops
        );
    }

    /// <summary>Recognizes crops in as few runs of the network as it takes them. Thread-safe.</summary>
    /// <returns>A result a crop, the same as each alone would have.</returns>
    /// <exception cref="MienException"><c>modelFailed</c>: of at least one of them.</exception>
    internal RecognitionResult[] RecognizeCrops(IReadOnlyList<PreparedCrop> crops)
    {
        uses.Enter();
        try
        {
            ExpressionResult[] results = classifier.Classify([.. crops.Select(c => c.Crop)]);
            return
            [
                .. crops.Zip(
                    results,
                    (crop, result) =>
                    {
                        var face = new RecognizedFace(
                            new FaceBox(0, 0, crop.Width, crop.Height),
                            result,
                            result.Confidence < UncertainBelow
                        )
                        {
                            Crop = crop.Keep ? crop.Crop : null,
                        };
                        return new RecognitionResult(crop.Name, crop.Width, crop.Height, [face]) { IsFaceCrop = true };
                    }
                ),
            ];
        }
        finally
        {
            uses.Leave();
        }
    }
}
