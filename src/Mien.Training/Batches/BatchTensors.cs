using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>The tensors of a batch; dispose of them after the step.</summary>
internal sealed class BatchTensors : IDisposable
{
    private BatchTensors(Batch batch, Tensor pixels, Tensor targets, Tensor labels)
    {
        Batch = batch;
        Pixels = pixels;
        Targets = targets;
        Labels = labels;
    }

    /// <summary>What the tensors were made from.</summary>
    public Batch Batch { get; }

    /// <summary>The inputs, images × 1 × height × width.</summary>
    public Tensor Pixels { get; }

    /// <summary>The targets, images × (heads × 7).</summary>
    public Tensor Targets { get; }

    /// <summary>The label of each leading image, as 64-bit integers.</summary>
    public Tensor Labels { get; }

    /// <summary>
    /// Copies a batch to the memory from which a device reads it: for CUDA page-locked memory, from which the copy to
    /// the device does not wait for the kernels before it.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="labels">The label of every image of the training split.</param>
    /// <param name="device">The device that will read it.</param>
    public static BatchTensors OnHost(Batch batch, byte[] labels, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        long[] leading = [.. batch.Leading.Select(i => (long)labels[i])];
        return new BatchTensors(
            batch,
            Keep(tensor(batch.Pixels, [batch.Count, 1, batch.Height, batch.Width])),
            Keep(tensor(batch.Targets, [batch.Count, batch.Targets.Length / batch.Count])),
            Keep(tensor(leading))
        );

        Tensor Keep(Tensor value) =>
            (device.type == DeviceType.CUDA ? value.pin_memory() : value).DetachFromDisposeScope();
    }

    /// <summary>Moves the batch to a device and gives up the copy on the host; nothing waits for the copy.</summary>
    /// <param name="device">The device.</param>
    /// <returns>This batch if it is there already.</returns>
    public BatchTensors To(Device device)
    {
        if (device.type == DeviceType.CPU)
        {
            return this;
        }

        using (this)
        {
            using DisposeScope scope = NewDisposeScope();
            return new BatchTensors(Batch, Move(Pixels), Move(Targets), Move(Labels));
        }

        Tensor Move(Tensor value) => value.to(device, non_blocking: true).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pixels.Dispose();
        Targets.Dispose();
        Labels.Dispose();
    }
}
