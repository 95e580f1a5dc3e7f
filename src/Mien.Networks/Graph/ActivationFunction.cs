namespace Mien.Networks;

/// <summary>Element-wise functions.</summary>
internal enum ActivationFunction
{
    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>min(max(0, x), 6).</summary>
    Relu6,

    /// <summary>x where x &gt; 0, alpha · x elsewhere.</summary>
    LeakyRelu,

    /// <summary>x where x &gt; 0, alpha · (eˣ − 1) elsewhere.</summary>
    Elu,

    /// <summary>1.0507 · x where x &gt; 0, 1.0507 · 1.6733 · (eˣ − 1) elsewhere.</summary>
    Selu,

    /// <summary>x · sigmoid(x).</summary>
    Silu,

    /// <summary>x · min(max(x + 3, 0), 6) / 6.</summary>
    HardSwish,

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    Sigmoid,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,
}
