namespace Mien.Networks;

/// <summary>
/// Nodes that compute how far features are from the nearest of some centres, as an output of the graph. Their names
/// begin with <see cref="Prefix"/>; its hyphen cannot be in the name of a layer. Thread-safe.
/// </summary>
internal static class OnnxDistance
{
    public const string Prefix = "training-faces.";

    // The version of the operator set from which ReduceMin takes its axes as an input.
    private const long AxesAsInput = 18;

    // Features that are all 0 have no direction; dividing by this leaves them 0.
    private const float MinLength = 1e-12f;

    /// <summary>
    /// Adds an output, float32 [N, 1]: with u = x · √features / ‖x‖ (0 for x = 0) and z = (u − mean) · inverse
    /// deviation, the minimum over the centres c of √(Σ (z − c)² / features).
    /// </summary>
    /// <param name="model">The model, which is changed.</param>
    /// <param name="features">The name of the tensor with the features, float32 [N, features].</param>
    /// <param name="output">The name of the output, which nothing in the graph may have.</param>
    /// <param name="centres">centres × features standardised values, row by row.</param>
    /// <param name="mean">The mean of each scaled feature u.</param>
    /// <param name="inverseDeviation">1 / deviation of each scaled feature.</param>
    public static void Add(
        ModelProto model,
        string features,
        string output,
        float[] centres,
        float[] mean,
        float[] inverseDeviation
    )
    {
        GraphProto graph = model.Graph;
        int width = mean.Length;
        int count = centres.Length / width;
        if (centres.Length != count * width || count == 0 || inverseDeviation.Length != width)
        {
            throw new ArgumentException(
                $"Found {centres.Length} values of centres, {width} means and {inverseDeviation.Length} deviations.",
                nameof(centres)
            );
        }

        // Σ (z − c)² = Σ z² − 2 z·c + Σ c²: the products with all centres are one matrix product.
        float[] products = new float[centres.Length];
        float[] squares = new float[count];
        for (int c = 0; c < count; c++)
        {
            double sum = 0;
            for (int f = 0; f < width; f++)
            {
                double centre = centres[(c * width) + f];
                products[(c * width) + f] = (float)(-2 * centre / width);
                sum += centre * centre;
            }

            squares[c] = (float)(sum / width);
        }

        float[] shares = new float[width];
        Array.Fill(shares, 1f / width);
        Constant("mean", [width], mean);
        Constant("inverseDeviation", [width], inverseDeviation);
        Constant("centres", [count, width], products);
        Constant("squares", [count], squares);
        Constant("shares", [width, 1], shares);
        Constant("minLength", [1], [MinLength]);
        Node("Mul", "featureSquares", [features, features]);
        Node("MatMul", "featureMeanSquare", [Name("featureSquares"), Name("shares")]);
        Node("Sqrt", "featureLength", [Name("featureMeanSquare")]);
        Node("Max", "divisor", [Name("featureLength"), Name("minLength")]);
        Node("Div", "scaled", [features, Name("divisor")]);
        Node("Sub", "centred", [Name("scaled"), Name("mean")]);
        Node("Mul", "standardised", [Name("centred"), Name("inverseDeviation")]);
        Node(
            "Gemm",
            "products",
            [Name("standardised"), Name("centres"), Name("squares")],
            OnnxGraphWriter.Attribute("transB", 1)
        );
        if (model.OpsetImport.Any(o => o.Domain is "" or "ai.onnx" && o.Version >= AxesAsInput))
        {
            graph.Initializer.Add(OnnxTensor.Integers(Name("axes"), [1]));
            Node("ReduceMin", "nearest", [Name("products"), Name("axes")]);
        }
        else
        {
            Node("ReduceMin", "nearest", [Name("products")], OnnxGraphWriter.Attribute("axes", [1L]));
        }

        Node("Mul", "squared", [Name("standardised"), Name("standardised")]);
        Node("MatMul", "length", [Name("squared"), Name("shares")]);
        Node("Add", "sum", [Name("length"), Name("nearest")]);
        // Rounding can make the square of a small distance negative.
        Node("Relu", "square", [Name("sum")]);
        Node("Sqrt", "distance", [Name("square")]);
        graph.Node[^1].Output[0] = output;
        graph.Output.Add(OnnxValue.Floats(output, 1));

        void Constant(string name, int[] shape, float[] values) =>
            graph.Initializer.Add(OnnxTensor.Floats(Name(name), shape, values));

        void Node(string type, string name, string[] inputs, params AttributeProto[] attributes)
        {
            var node = new NodeProto { OpType = type, Name = Name(name) };
            node.Input.AddRange(inputs);
            node.Output.Add(Name(name));
            node.Attribute.AddRange(attributes);
            graph.Node.Add(node);
        }
    }

    /// <summary>Removes the nodes of <see cref="Add"/> and their output, if the model has them.</summary>
    /// <param name="model">The model, which is changed.</param>
    /// <param name="output">The name of the output; <c>null</c> if there is none.</param>
    public static void Remove(ModelProto model, string? output)
    {
        GraphProto graph = model.Graph;
        foreach (NodeProto node in graph.Node.Where(n => IsOwn(n.Name)).ToArray())
        {
            graph.Node.Remove(node);
        }

        foreach (TensorProto constant in graph.Initializer.Where(t => IsOwn(t.Name)).ToArray())
        {
            graph.Initializer.Remove(constant);
        }

        foreach (ValueInfoProto value in graph.Output.Where(o => o.Name == output).ToArray())
        {
            graph.Output.Remove(value);
        }
    }

    private static bool IsOwn(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    private static string Name(string name) => Prefix + name;
}
