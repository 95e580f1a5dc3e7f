namespace Mien.Networks;

/// <summary>One operator of a network with its place, shape and cost for one example.</summary>
/// <param name="Name">Unique in the network; made of letters, digits and underscores.</param>
/// <param name="Type">The layer's type for people, such as <c>conv 3×3</c>.</param>
/// <param name="Operator">What it computes.</param>
/// <param name="Inputs">Indices of the nodes it takes; −1 is the image.</param>
/// <param name="Output">The shape of its output.</param>
/// <param name="Macs">Multiplications with addition, for one example.</param>
internal sealed record GraphNode(
    string Name,
    string Type,
    Operator Operator,
    IReadOnlyList<int> Inputs,
    TensorShape Output,
    long Macs
)
{
    /// <summary>The number of trained values.</summary>
    public long TrainableParameters => Operator.Weights.Where(w => w.Trainable).Sum(w => w.Elements);

    /// <summary>The number of values that are counted rather than trained (batch norm's mean and variance).</summary>
    public long FixedParameters => Operator.Weights.Where(w => !w.Trainable).Sum(w => w.Elements);
}
