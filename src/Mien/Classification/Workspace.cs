using Microsoft.ML.OnnxRuntime;

namespace Mien;

/// <summary>
/// The input and output buffers of a run and the tensors over them. Reused by successive runs; not thread-safe.
/// </summary>
internal sealed class Workspace : IDisposable
{
    private readonly int imageSize;
    private readonly OutputTensor[] targets;
    private readonly long[] inputShape;
    private readonly long[][] outputShapes;
    private readonly float[][] outputs;
    private float[] input = [];
    private int count;

    public Workspace(ModelContract contract, OutputSet target)
    {
        targets = target.Tensors;
        outputShapes = [.. targets.Select(t => (long[])[0, .. t.Sides])];
        outputs = [.. targets.Select(_ => Array.Empty<float>())];
        OutputValues = new OrtValue[targets.Length];
        inputShape = [0, contract.Channels, contract.Height, contract.Width];
        imageSize = contract.Channels * contract.Height * contract.Width;
    }

    /// <summary>
    /// The input tensor, set by <see cref="Prepare"/>: float [count, channels, height, width] over <see cref="Input"/>.
    /// </summary>
    public OrtValue[] InputValues { get; } = new OrtValue[1];

    /// <summary>
    /// The output tensors, set by <see cref="Prepare"/>: float [count, …] over <see cref="Output(int)"/>.
    /// </summary>
    public OrtValue[] OutputValues { get; }

    public Span<float> Input => input.AsSpan(0, count * imageSize);

    /// <summary>The values of the output with an index: count × its values per image.</summary>
    public Span<float> Output(int index) => outputs[index].AsSpan(0, count * targets[index].Values);

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
            for (int i = 0; i < outputs.Length; i++)
            {
                outputs[i] = GC.AllocateUninitializedArray<float>(images * targets[i].Values, pinned: true);
            }
        }

        inputShape[0] = images;
        InputValues[0] = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance,
            input.AsMemory(0, images * imageSize),
            inputShape
        );
        for (int i = 0; i < outputs.Length; i++)
        {
            outputShapes[i][0] = images;
            OutputValues[i] = OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance,
                outputs[i].AsMemory(0, images * targets[i].Values),
                outputShapes[i]
            );
        }

        NativeObjects.Made(1 + outputs.Length);
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
        foreach (OrtValue value in OutputValues)
        {
            value.Dispose();
        }

        NativeObjects.Freed(1 + outputs.Length);
    }
}
