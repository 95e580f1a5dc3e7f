using Microsoft.ML.OnnxRuntime;

namespace Mien;

/// <summary>
/// The input and output buffers of a run and the tensors over them. Reused by successive runs; not thread-safe.
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
        outputSize = target.Values;
        inputShape = [0, contract.Channels, contract.Height, contract.Width];
        imageSize = contract.Channels * contract.Height * contract.Width;
    }

    /// <summary>
    /// The input tensor, set by <see cref="Prepare"/>: float [count, channels, height, width] over <see cref="Input"/>.
    /// </summary>
    public OrtValue[] InputValues { get; } = new OrtValue[1];

    /// <summary>
    /// The output tensor, set by <see cref="Prepare"/>: float [count, labels, …] over <see cref="Output"/>.
    /// </summary>
    public OrtValue[] OutputValues { get; } = new OrtValue[1];

    public Span<float> Input => input.AsSpan(0, count * imageSize);

    public Span<float> Output => output.AsSpan(0, count * outputSize);

    /// <summary>Sets the batch size of the tensors; allocates nothing if it is that of the last run.</summary>
    public void Prepare(int images)
    {
        if (images == count)
        {
            return;
        }

        Dispose();
        if (input.Length < images * imageSize)
        {
            // ONNX Runtime holds native pointers to these arrays, so they must not move. Arrays on the pinned object
            // heap never move and need no pinning handle per run.
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
