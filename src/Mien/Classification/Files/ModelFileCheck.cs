using System.Globalization;

namespace Mien;

/// <summary>
/// Checks the bytes of a model file from outside before ONNX Runtime reads them: people exchange model files, so they
/// are untrusted input. It refuses references to other files, operators and functions from outside ONNX's standard,
/// loops, and sizes that the file does not hold. It reads the protobuf wire format itself, because the library has no
/// protobuf package. Thread-safe.
/// </summary>
internal static class ModelFileCheck
{
    /// <summary>The maximum size of a model file in bytes: 1 GiB.</summary>
    public const long MaxBytes = 1L << 30;

    /// <summary>The maximum number of nodes, in all graphs together.</summary>
    public const int MaxNodes = 20_000;

    /// <summary>The maximum number of graphs inside each other.</summary>
    public const int MaxDepth = 8;

    /// <summary>Checks a file.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="source">The name of the source for error messages.</param>
    /// <exception cref="MienException">
    /// <c>unsafeModel</c>: the file contains something that is refused; <c>notAModel</c>: it is not a protobuf message.
    /// </exception>
    public static void Check(byte[] file, string source)
    {
        try
        {
            // ONNX Runtime would read such bytes in its own format, which this check does not know.
            if (file.Length >= 8 && file.AsSpan(4, 4).SequenceEqual("ORTM"u8))
            {
                throw new FormatException("it is in ONNX Runtime's own format");
            }

            new Walk(source, new ModelSizes(file, source)).Model(file);
        }
        catch (FormatException e)
        {
            throw new MienException(
                ErrorKind.BadInput,
                "notAModel",
                $"{source}: not an ONNX model that can be loaded ({e.Message}). Expected a file written by mien-lab "
                    + $"export; if it is one, copy or download it again.",
                e
            );
        }
    }

    /// <summary>Creates the error for a file that is refused.</summary>
    internal static MienException Unsafe(string source, string found, string expected) =>
        new(
            ErrorKind.BadInput,
            "unsafeModel",
            $"{source}: the model is refused, because model files are not trusted: {found}, expected {expected}. Use a "
                + $"file that mien-lab export or mien adapt wrote."
        );

    private sealed class Walk(string source, ModelSizes sizes)
    {
        // Operators that run a graph as often as they are told, or whose result has a size that is computed at run time
        // or is random.
        private static readonly HashSet<string> Refused =
        [
            "Loop",
            "Scan",
            "SequenceMap",
            "Range",
            "RandomNormal",
            "RandomNormalLike",
            "RandomUniform",
            "RandomUniformLike",
            "Multinomial",
            "Bernoulli",
            "MaxUnpool",
            "Col2Im",
            "CenterCropPad",
            "AffineGrid",
            "DFT",
            "STFT",
            "HannWindow",
            "HammingWindow",
            "BlackmanWindow",
            "MelWeightMatrix",
            "ImageDecoder",
        ];

        private int nodes;

        public void Model(ReadOnlySpan<byte> model)
        {
            bool hasGraph = false;
            var reader = new WireReader(model);
            while (reader.Next())
            {
                switch (reader.Field)
                {
                    case 7:
                        Once(ref hasGraph, "graph");
                        Graph(reader.Content, 1);
                        break;
                    case 20:
                        Training(reader.Content);
                        break;
                    case 25:
                        throw Unsafe("it defines a function", "standard operators only");
                }
            }

            if (!hasGraph)
            {
                throw new FormatException("it has no graph");
            }
        }

        private void Training(ReadOnlySpan<byte> training)
        {
            var reader = new WireReader(training);
            while (reader.Next())
            {
                if (reader.Field is 1 or 2)
                {
                    Graph(reader.Content, 1);
                }
            }
        }

        private void Graph(ReadOnlySpan<byte> graph, int depth)
        {
            if (depth > MaxDepth)
            {
                throw Unsafe($"more than {MaxDepth} graphs are inside each other", $"at most {MaxDepth}");
            }

            var reader = new WireReader(graph);
            while (reader.Next())
            {
                switch (reader.Field)
                {
                    case 1:
                        Node(reader.Content, depth);
                        break;
                    case 5:
                        Tensor(reader.Content, "initializer");
                        break;
                    case 15:
                        throw Sparse();
                }
            }
        }

        private void Node(ReadOnlySpan<byte> node, int depth)
        {
            if (++nodes > MaxNodes)
            {
                throw Unsafe(
                    string.Create(CultureInfo.InvariantCulture, $"it has more than {MaxNodes:N0} nodes"),
                    "a network for images of faces"
                );
            }

            string op = "";
            var reader = new WireReader(node);
            while (reader.Next())
            {
                switch (reader.Field)
                {
                    case 4:
                        op = reader.Text();
                        if (Refused.Contains(op))
                        {
                            throw Unsafe($"it uses the operator {op}", "operators whose results have a fixed size");
                        }

                        break;
                    case 5:
                        Attribute(reader.Content, depth);
                        break;
                    case 7 when !IsStandard(reader.Content):
                        throw Unsafe(
                            $"it uses an operator of the domain '{reader.Text()}'",
                            "operators of ONNX's standard"
                        );
                }
            }

            sizes.Check(op, node);
        }

        private static bool IsStandard(ReadOnlySpan<byte> domain) =>
            domain.IsEmpty || domain.SequenceEqual("ai.onnx"u8) || domain.SequenceEqual("ai.onnx.ml"u8);

        private void Attribute(ReadOnlySpan<byte> attribute, int depth)
        {
            bool hasTensor = false,
                hasGraph = false;
            var reader = new WireReader(attribute);
            while (reader.Next())
            {
                switch (reader.Field)
                {
                    case 5:
                        Once(ref hasTensor, "tensor of an attribute");
                        Tensor(reader.Content, "constant");
                        break;
                    case 6:
                        Once(ref hasGraph, "graph of an attribute");
                        Graph(reader.Content, depth + 1);
                        break;
                    case 10:
                        Tensor(reader.Content, "constant");
                        break;
                    case 11:
                        Graph(reader.Content, depth + 1);
                        break;
                    case 22 or 23:
                        throw Sparse();
                }
            }
        }

        private void Tensor(ReadOnlySpan<byte> tensor, string what)
        {
            var dimensions = new List<long>();
            ReadOnlySpan<byte> name = default;
            bool isExternal = false;
            var reader = new WireReader(tensor);
            while (reader.Next())
            {
                switch (reader.Field)
                {
                    case 1:
                        reader.AddIntegers(dimensions, ModelSizes.MaxRank);
                        break;
                    case 8:
                        name = reader.Content;
                        break;
                    case 13:
                    case 14 when reader.Number != 0:
                        isExternal = true;
                        break;
                }
            }

            if (isExternal)
            {
                throw Unsafe(
                    $"the {what} '{WireReader.Text(name)}' is in another file",
                    "a file that contains all its weights"
                );
            }

            // Types of less than a byte hold up to four values in one.
            if (ModelSizes.Product(dimensions) is not { } values || values > 4L * tensor.Length)
            {
                throw Unsafe(
                    $"the {what} '{WireReader.Text(name)}' claims to be "
                        + $"[{string.Join(", ", dimensions)}], but the file holds {tensor.Length} bytes of it",
                    "as many values as it claims"
                );
            }
        }

        // Protobuf merges such fields if they occur twice, so that each part alone looks harmless.
        private static void Once(ref bool has, string what)
        {
            if (has)
            {
                throw new FormatException($"a {what} occurs twice");
            }

            has = true;
        }

        private MienException Sparse() => Unsafe("it holds a sparse tensor", "dense tensors");

        private MienException Unsafe(string found, string expected) => ModelFileCheck.Unsafe(source, found, expected);
    }
}
