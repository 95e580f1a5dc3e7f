using Mien.Data;

namespace Mien.Evaluation;

/// <summary>Reads the raw output of a model, all heads in one pass, for the images of a data set.</summary>
internal static class OutputReader
{
    /// <summary>Runs a model over a data set in its order, with a single view per image.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The images; resized to the model's size with the kernel in its contract.</param>
    /// <param name="rows">Receives the outputs, row by row: images × columns.</param>
    /// <param name="start">The first image; the rows before it stay as they are.</param>
    /// <param name="progress">Receives the number of finished images after every batch; may be <c>null</c>.</param>
    /// <param name="cancellationToken">Cancels the work between two batches.</param>
    public static void Read(
        ExpressionClassifier model,
        FaceDataset data,
        float[] rows,
        int start = 0,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(rows);
        const int Batch = 64;
        ModelContract contract = model.Contract;
        int size = contract.Width * contract.Height;
        int columns = contract.OutputCount;
        byte[] images = new byte[Batch * size];
        while (start < data.Count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(Batch, data.Count - start);
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<byte> image = data.Image(start + i);
                (
                    data.Width == contract.Width && data.Height == contract.Height
                        ? image
                        : new GrayImage(data.Width, data.Height, image.ToArray())
                            .Resize(contract.Width, contract.Height, contract.Resize)
                            .Pixels
                ).CopyTo(images.AsSpan(i * size));
            }

            model.ComputeOutputs(images.AsSpan(0, count * size), count, rows.AsSpan(start * columns, count * columns));
            start += count;
            progress?.Report(start);
        }
    }
}
