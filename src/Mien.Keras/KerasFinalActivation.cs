namespace Mien.Keras;

/// <summary>The final activation of a Keras model.</summary>
internal enum KerasFinalActivation
{
    /// <summary>None: its outputs are logits.</summary>
    None,

    /// <summary>Softmax over the classes.</summary>
    Softmax,

    /// <summary>A sigmoid of each class separately; the outputs need not sum to 1.</summary>
    Sigmoid,
}
