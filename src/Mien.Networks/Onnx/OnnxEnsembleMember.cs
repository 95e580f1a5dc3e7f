namespace Mien.Networks;

/// <summary>A member of an <see cref="OnnxEnsemble"/>. Immutable.</summary>
internal sealed record OnnxEnsembleMember
{
    /// <summary>The file, for messages.</summary>
    public required string Source { get; init; }

    /// <summary>The bytes of the ONNX file.</summary>
    public required byte[] Model { get; init; }

    /// <summary>Its share in the mean; the shares of all members sum to 1.</summary>
    public required float Weight { get; init; }

    /// <summary>The name of its input.</summary>
    public required string InputName { get; init; }

    /// <summary>The name of its output with logits or probabilities.</summary>
    public required string OutputName { get; init; }

    /// <summary>Rows of its input.</summary>
    public required int Height { get; init; }

    /// <summary>Columns of its input.</summary>
    public required int Width { get; init; }

    /// <summary>The scale in input = pixel × scale + offset.</summary>
    public required float Scale { get; init; }

    /// <summary>The offset in input = pixel × scale + offset.</summary>
    public required float Offset { get; init; }

    /// <summary>
    /// The matrix that resizes the columns of the ensemble's image, height × ensemble's height; <c>null</c> if the
    /// sizes are equal.
    /// </summary>
    public float[]? Rows { get; init; }

    /// <summary>The matrix that resizes its rows, ensemble's width × width; <c>null</c> if they are equal.</summary>
    public float[]? Columns { get; init; }

    /// <summary>Whether its output holds probabilities.</summary>
    public bool IsProbabilities { get; init; }

    /// <summary>For each output of the ensemble, head by head, the column of the member's output.</summary>
    public required IReadOnlyList<long> Order { get; init; }

    /// <summary>The temperature of each head.</summary>
    public required IReadOnlyList<float> Temperatures { get; init; }

    /// <summary>The tensor with its features; <c>null</c> if it has none.</summary>
    public string? FeaturesName { get; init; }

    /// <summary>The output with its class activation maps; <c>null</c> if it has none.</summary>
    public string? MapsName { get; init; }
}

/// <summary>Names and sizes of an <see cref="OnnxEnsemble"/>. Immutable.</summary>
internal sealed record OnnxEnsembleOptions
{
    /// <summary>The name of the input, float32 [N, 1, height, width].</summary>
    public required string InputName { get; init; }

    /// <summary>The name of the output with logits, float32 [N, heads × labels].</summary>
    public required string OutputName { get; init; }

    /// <summary>Rows of the input.</summary>
    public required int Height { get; init; }

    /// <summary>Columns of the input.</summary>
    public required int Width { get; init; }

    /// <summary>The scale in input = pixel × scale + offset.</summary>
    public required float Scale { get; init; }

    /// <summary>The offset in input = pixel × scale + offset.</summary>
    public required float Offset { get; init; }

    /// <summary>The number of heads, 1 or more.</summary>
    public required int Heads { get; init; }

    /// <summary>The number of labels.</summary>
    public required int Labels { get; init; }

    /// <summary>The output with the members' features side by side; <c>null</c> for none.</summary>
    public string? FeaturesName { get; init; }

    /// <summary>The number of features of all members together.</summary>
    public int Features { get; init; }

    /// <summary>The output with class activation maps; <c>null</c> for none.</summary>
    public string? MapsName { get; init; }

    /// <summary>Rows of a map.</summary>
    public int MapHeight { get; init; }

    /// <summary>Columns of a map.</summary>
    public int MapWidth { get; init; }
}
