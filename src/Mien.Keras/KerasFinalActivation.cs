namespace Mien.Keras;

/// <summary>What a Keras model does with its scores at its very end.</summary>
internal enum KerasFinalActivation
{
    /// <summary>Nothing: its output is logits.</summary>
    None,

    /// <summary>Softmax over the classes.</summary>
    Softmax,

    /// <summary>A sigmoid of each class by itself; the outputs need not sum to 1.</summary>
    Sigmoid,
}
