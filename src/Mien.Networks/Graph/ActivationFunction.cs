namespace Mien.Networks.Graph;

/// <summary>Functions of one value.</summary>
public enum ActivationFunction
{
    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x where x &gt; 0, alpha · x elsewhere.</summary>
    LeakyRelu,

    /// <summary>x where x &gt; 0, alpha · (eˣ − 1) elsewhere.</summary>
    Elu,

    /// <summary>x · sigmoid(x).</summary>
    Silu,

    /// <summary>x · min(max(x + 3, 0), 6) / 6.</summary>
    HardSwish,

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    Sigmoid,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,
}
