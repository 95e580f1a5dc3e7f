using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>
/// The sum of the losses and the number of correctly classified images of an epoch so far. They are added up on the
/// device; only <see cref="Read"/> waits for it. Not thread-safe; dispose of it.
/// </summary>
internal sealed class StepTotals : IDisposable
{
    private readonly int labelColumn;
    private readonly Tensor loss;
    private readonly Tensor correct;

    /// <summary>Creates sums of zero.</summary>
    /// <param name="device">Where the steps are computed.</param>
    /// <param name="labelColumn">The first column of the head for FER2013's labels.</param>
    public StepTotals(Device device, int labelColumn)
    {
        ArgumentNullException.ThrowIfNull(device);
        this.labelColumn = labelColumn;
        ScalarType exact = device.type == DeviceType.MPS ? ScalarType.Float32 : ScalarType.Float64; // MPS has no double
        loss = zeros([], exact, device).DetachFromDisposeScope();
        correct = zeros([], ScalarType.Int64, device).DetachFromDisposeScope();
    }

    /// <summary>Sets the sums, at the beginning of an epoch or to those of a checkpoint.</summary>
    public void Set(double lossSum, long correctCount)
    {
        using IDisposable quiet = no_grad();
        loss.fill_(lossSum);
        correct.fill_(correctCount);
    }

    /// <summary>Adds one step.</summary>
    /// <param name="error">Its loss.</param>
    /// <param name="logits">Its logits, images × (heads × 7).</param>
    /// <param name="labels">The labels of its images.</param>
    public void Add(Tensor error, Tensor logits, Tensor labels)
    {
        using IDisposable quiet = no_grad();
        using DisposeScope scope = NewDisposeScope();
        loss.add_(error);
        correct.add_(logits.narrow(1, labelColumn, Expressions.Count).argmax(1).eq(labels).sum());
    }

    /// <summary>Reads the sums; waits until the device has computed them.</summary>
    public (double LossSum, long Correct) Read()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor sum = loss.cpu();
        return (sum.dtype == ScalarType.Float64 ? sum.item<double>() : sum.item<float>(), correct.cpu().item<long>());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        loss.Dispose();
        correct.Dispose();
    }
}
