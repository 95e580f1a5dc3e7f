namespace Mien.Networks;

/// <summary>One operator of a network with its inputs, output shape and cost for one image.</summary>
/// <param name="Name">Unique in the network; made of letters, digits and underscores.</param>
/// <param name="Type">The layer's type for people, such as <c>conv 3×3</c>.</param>
/// <param name="Operator">The computation.</param>
/// <param name="Inputs">Indices of its input nodes; −1 is the image.</param>
/// <param name="Output">The shape of its output.</param>
/// <param name="Macs">Multiply–accumulate operations for one image.</param>
internal sealed record GraphNode(
    string Name,
    string Type,
    Operator Operator,
    IReadOnlyList<int> Inputs,
    TensorShape Output,
    long Macs
)
{
    /// <summary>The number of trainable parameters.</summary>
    public long TrainableParameters => Operator.Weights.Where(w => w.Trainable).Sum(w => w.Elements);

    /// <summary>The number of parameters that are not trained (batch norm's running mean and variance).</summary>
    public long FixedParameters => Operator.Weights.Where(w => !w.Trainable).Sum(w => w.Elements);
}
