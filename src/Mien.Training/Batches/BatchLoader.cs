using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>
/// Gives the batches of consecutive steps. Background workers prepare the next ones meanwhile, at most one each, so the
/// number of prepared batches is bounded. Without workers each batch is prepared on the calling thread. The batches are
/// the same in both cases. Not thread-safe; dispose of it to wait for its workers.
/// </summary>
/// <param name="source">Prepares the batches.</param>
/// <param name="labels">The label of every image of the training split.</param>
/// <param name="device">Where the tensors are needed.</param>
/// <param name="workers">The number of background workers; 0 uses the calling thread.</param>
/// <param name="first">The first step.</param>
/// <param name="end">The step after the last one.</param>
internal sealed class BatchLoader(BatchSource source, byte[] labels, Device device, int workers, long first, long end)
    : IDisposable
{
    private readonly Queue<Task<BatchTensors>> ahead = new();
    private long next = first;

    /// <summary>The number of workers that fits a device and a recipe.</summary>
    /// <param name="device">The device of the training.</param>
    /// <param name="threads">The recipe's number of threads; 0 is one per core.</param>
    public static int DefaultWorkers(Device device, int threads)
    {
        ArgumentNullException.ThrowIfNull(device);
        const int MaxWorkers = 4; // together they prepare more batches than one GPU trains

        // On a CPU, libtorch's threads use all cores that the recipe gives to the training.
        return device.type == TorchSharp.DeviceType.CPU
            ? 0
            : Math.Clamp((threads == 0 ? Environment.ProcessorCount : threads) - 1, 1, MaxWorkers);
    }

    /// <summary>The batch of the next step, on the device.</summary>
    /// <returns>Tensors that the caller disposes of.</returns>
    /// <exception cref="InvalidOperationException">There is no further step.</exception>
    public BatchTensors Next()
    {
        while (ahead.Count < workers && next < end)
        {
            Start();
        }

        if (ahead.TryDequeue(out Task<BatchTensors>? ready))
        {
            BatchTensors batch = ready.GetAwaiter().GetResult();
            if (next < end)
            {
                Start();
            }

            return batch.To(device);
        }

        return next < end
            ? Prepare(next++).To(device)
            : throw new InvalidOperationException($"There is no batch after step {end - 1}.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Task<BatchTensors> task in ahead)
        {
            try
            {
                task.GetAwaiter().GetResult().Dispose();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Nobody needs this batch, so nobody needs its error. A batch that is needed throws in Next.
            }
        }

        ahead.Clear();
    }

    private void Start()
    {
        long step = next++;
        ahead.Enqueue(Task.Run(() => Prepare(step)));
    }

    private BatchTensors Prepare(long step) => BatchTensors.OnHost(source.Prepare(step), labels, device);
}
