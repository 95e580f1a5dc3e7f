using Microsoft.ML.OnnxRuntime;

namespace Mien;

/// <summary>
/// The buffers of one run and the tensors over them, used by one thread at a time and then by the next.
/// </summary>
internal sealed class Workspace : IDisposable
{
    private readonly int imageSize;
    private readonly int outputSize;
    private readonly long[] inputShape;
    private readonly long[] outputShape;
    private float[] input = [];
    private float[] output = [];
    private int count;

    public Workspace(ModelContract contract, OutputTensor target)
    {
        outputShape = [0, .. target.Sides];
        outputSize = contract.Labels.Count * target.Values;
        inputShape = [0, contract.Channels, contract.Height, contract.Width];
        imageSize = contract.Channels * contract.Height * contract.Width;
    }

    /// <summary>
    /// The input tensor of the last <see cref="Prepare"/>, float [count, channels, height, width] over
    /// <see cref="Input"/>.
    /// </summary>
    public OrtValue[] InputValues { get; } = new OrtValue[1];

    /// <summary>
    /// The output tensor of the last <see cref="Prepare"/>, float [count, labels, …] over <see cref="Output"/>.
    /// </summary>
    public OrtValue[] OutputValues { get; } = new OrtValue[1];

    public Span<float> Input => input.AsSpan(0, count * imageSize);

    public Span<float> Output => output.AsSpan(0, count * outputSize);

    /// <summary>Makes the tensors hold this many images; nothing is allocated where the last run had as many.</summary>
    public void Prepare(int images)
    {
        if (images == count)
        {
            return;
        }

        Dispose();
        if (input.Length < images * imageSize)
        {
            // ONNX Runtime writes to these while it runs: on the pinned heap they need no handle for that.
            input = GC.AllocateUninitializedArray<float>(images * imageSize, pinned: true);
            output = GC.AllocateUninitializedArray<float>(images * outputSize, pinned: true);
        }

        inputShape[0] = outputShape[0] = images;
        InputValues[0] = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance,
            input.AsMemory(0, images * imageSize),
            inputShape
        );
        OutputValues[0] = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance,
            output.AsMemory(0, images * outputSize),
            outputShape
        );
        NativeObjects.Made(2);
        count = images;
    }

    public void Dispose()
    {
        if (count == 0)
        {
            return;
        }

        count = 0;
        InputValues[0].Dispose();
        OutputValues[0].Dispose();
        NativeObjects.Freed(2);
    }
}
