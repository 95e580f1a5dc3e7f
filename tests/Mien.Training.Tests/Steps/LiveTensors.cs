using Mien.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Steps;

/// <summary>Counts the tensors of this process that are not disposed of.</summary>
internal static class LiveTensors
{
    private static readonly long MiscountOfOne = CountOfADisposedParameter();

    /// <summary>The count after the garbage collector has removed what earlier tests left behind.</summary>
    public static long Count()
    {
        _ = MiscountOfOne; // creating it counts too, so that happens before the comparison
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }

    /// <summary>
    /// The excess of the count for a number of created networks: a parameter takes over the handle of the tensor that
    /// it is made from, and TorchSharp 0.107 counts both but subtracts only one. No memory is lost.
    /// </summary>
    public static long Miscounted(int networks, NetworkGraph graph) =>
        MiscountOfOne * networks * graph.Nodes.Sum(n => n.Operator.Weights.Count(w => w.Trainable));

    private static long CountOfADisposedParameter()
    {
        long before = Tensor.TotalCount;
        new Parameter(zeros(1)).Dispose();
        return Tensor.TotalCount - before;
    }
}
