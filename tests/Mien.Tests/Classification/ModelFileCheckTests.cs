using System.Text;

namespace Mien.Tests;

/// <summary>
/// Model files that were made to do harm, written byte by byte. The field numbers are those of onnx.proto3.
/// </summary>
public sealed class ModelFileCheckTests
{
    [Fact]
    public void The_shipped_models_and_made_models_pass()
    {
        foreach (string name in BuiltInModels.Names)
        {
            using Stream stream = BuiltInModels.Open(name);
            ModelFileCheck.Check(InputFile.Read(stream, name, "model", ModelFileCheck.MaxBytes), name);
        }

        ModelFileCheck.Check(TinyModels.Linear(TinyModels.Contract), "tiny");
        ModelFileCheck.Check(HeadModels.Linear(HeadModels.Contract), "heads");
    }

    [Theory]
    [InlineData("location")]
    [InlineData("entries")]
    [InlineData("attribute")]
    [InlineData("attributeList")]
    [InlineData("subgraph")]
    [InlineData("subgraphList")]
    [InlineData("training")]
    public void Weights_in_another_file_are_refused_wherever_they_are(string where)
    {
        byte[] entry = [.. Text(1, "location"), .. Text(2, "/etc/hostname")];
        byte[] tensor =
        [
            .. Number(1, 2),
            .. Number(2, 1),
            .. Text(8, "w"),
            .. where == "location" ? Number(14, 1) : Message(13, entry),
        ];
        byte[] graph = Message(5, tensor);
        byte[] model = where switch
        {
            "attribute" => Model(Node("Constant", Message(5, [.. Text(1, "value"), .. Message(5, tensor)]))),
            "attributeList" => Model(Node("Constant", Message(5, [.. Text(1, "value"), .. Message(10, tensor)]))),
            "subgraph" => Model(Node("If", Message(5, [.. Text(1, "then_branch"), .. Message(6, graph)]))),
            "subgraphList" => Model(Node("If", Message(5, [.. Text(1, "then_branch"), .. Message(11, graph)]))),
            "training" => [.. Model([]), .. Message(20, Message(1, graph))],
            _ => Model(graph),
        };

        string message = Refused("unsafeModel", model);
        Assert.Contains("'w' is in another file", message, StringComparison.Ordinal);
        Assert.Contains("expected a file that contains all its weights", message, StringComparison.Ordinal);
    }

    [Fact]
    public void External_weights_are_not_read_through_the_library()
    {
        byte[] entry = [.. Text(1, "location"), .. Text(2, "weights.bin")];
        byte[] file =
        [
            .. TinyModels.Linear(TinyModels.Contract),
            // The graph's further parts: protobuf would merge them into it.
            .. Message(7, Message(5, [.. Number(1, 1), .. Number(2, 1), .. Text(8, "x"), .. Message(13, entry)])),
        ];

        // The second graph alone is refused before anything in it is looked at.
        var error = Assert.Throws<MienException>(() => ExpressionClassifier.Load(new MemoryStream(file)));
        Assert.Equal("notAModel", error.Code);
        Assert.Contains("a graph occurs twice", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("com.example")]
    [InlineData("com.microsoft")]
    [InlineData("ai.onnx.training")]
    [InlineData("ai.onnx.preview.training")]
    public void Operators_of_other_domains_are_refused(string domain)
    {
        Assert.Contains(
            $"it uses an operator of the domain '{domain}', expected operators of ONNX's standard",
            Refused("unsafeModel", Model(Node("EPContext", Text(7, domain)))),
            StringComparison.Ordinal
        );
        byte[] inner = Node("Relu", Text(7, domain));
        Refused("unsafeModel", Model(Node("If", Message(5, Message(6, inner)))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ai.onnx")]
    [InlineData("ai.onnx.ml")]
    public void Operators_of_the_standard_domains_pass(string domain) =>
        ModelFileCheck.Check(Model(Node("Relu", Text(7, domain))), "m");

    [Fact]
    public void Functions_loops_and_sparse_tensors_are_refused()
    {
        byte[] function = [.. Text(1, "f"), .. Text(10, "com.example")];
        Assert.Contains(
            "it defines a function",
            Refused("unsafeModel", [.. Model([]), .. Message(25, function)]),
            StringComparison.Ordinal
        );
        foreach (string op in (string[])["Loop", "Scan", "Range", "RandomNormal"])
        {
            Assert.Contains(
                $"it uses the operator {op}",
                Refused("unsafeModel", Model(Node(op))),
                StringComparison.Ordinal
            );
        }

        byte[] sparse = [.. Message(1, Number(1, 1)), .. Number(3, 1L << 40)];
        Assert.Contains("sparse", Refused("unsafeModel", Model(Message(15, sparse))), StringComparison.Ordinal);
        Assert.Contains(
            "sparse",
            Refused("unsafeModel", Model(Node("Constant", Message(5, Message(22, sparse))))),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(1L << 20, 1L << 20)]
    [InlineData(1L << 40, 1L << 40)]
    [InlineData(-1, 4)]
    [InlineData(100, 1)]
    public void A_tensor_that_claims_more_than_the_file_holds_is_refused(long rows, long columns)
    {
        foreach (bool packed in (bool[])[false, true])
        {
            byte[] dimensions = packed
                ? Message(1, [.. Varint((ulong)rows), .. Varint((ulong)columns)])
                : [.. Number(1, rows), .. Number(1, columns)];
            byte[] tensor = [.. dimensions, .. Number(2, 1), .. Text(8, "w"), .. Message(9, new byte[4])];
            Assert.Contains(
                $"'w' claims to be [{rows}, {columns}]",
                Refused("unsafeModel", Model(Message(5, tensor))),
                StringComparison.Ordinal
            );
        }
    }

    [Theory]
    [InlineData("ConstantOfShape", 0)]
    [InlineData("Expand", 1)]
    [InlineData("Tile", 1)]
    public void An_operator_that_makes_a_huge_result_is_refused(string op, int place)
    {
        byte[] inputs = place == 0 ? Text(1, "shape") : [.. Text(1, "image"), .. Text(1, "shape")];
        byte[] large = Integers("shape", 1 << 14, 1 << 14);
        Assert.Contains(
            $"the operator {op} enlarges its input by [16384, 16384]",
            Refused("unsafeModel", Model([.. large, .. Node(op, inputs)])),
            StringComparison.Ordinal
        );

        // The same as a constant of a node, and as an input of a graph in a graph.
        byte[] constant = Node("Constant", [.. Text(2, "shape"), .. Message(5, Message(5, large[2..]))]);
        byte[] nested = Node("If", Message(5, Message(6, Node(op, inputs))));
        Refused("unsafeModel", Model([.. constant, .. Node(op, inputs)]));
        Refused("unsafeModel", Model([.. large, .. nested]));

        // A size that another node computes, or that no constant has, could be anything.
        Assert.Contains(
            $"the operator {op} takes its size from 'shape'",
            Refused("unsafeModel", Model([.. Node("Add", Text(2, "shape")), .. Node(op, inputs)])),
            StringComparison.Ordinal
        );

        byte[] small = Integers("shape", 2, 3);
        ModelFileCheck.Check(Model([.. small, .. Node(op, inputs)]), "m");

        // Each factor of 4096 is allowed, but not three of them in a row.
        byte[] some = [.. Integers("shape", 4096), .. Node(op, inputs), .. Node(op, inputs)];
        ModelFileCheck.Check(Model(some), "m");
        Refused("unsafeModel", Model([.. some, .. Node(op, inputs)]));
    }

    [Fact]
    public void Padding_strides_and_scales_are_bounded()
    {
        Refused("unsafeModel", Model(Node("Conv", Message(5, [.. Text(1, "pads"), .. Ints(5000, 5000, 5000, 5000)]))));
        ModelFileCheck.Check(Model(Node("Conv", Message(5, [.. Text(1, "pads"), .. Ints(1, 1, 2, 2)]))), "m");
        byte[] pad = Node("Pad", [.. Text(1, "image"), .. Text(1, "pads")]);
        Refused("unsafeModel", Model([.. Integers("pads", 0, 0, 9999, 9999, 0, 0, 0, 0), .. pad]));
        ModelFileCheck.Check(Model([.. Integers("pads", 0, 0, 9, 9, 0, 0, 9, 9), .. pad]), "m");
        Refused("unsafeModel", Model(Node("ConvTranspose", Message(5, [.. Text(1, "strides"), .. Ints(5000, 5000)]))));
        byte[] resize = Node("Resize", [.. Text(1, "image"), .. Text(1, ""), .. Text(1, "scales")]);
        byte[] scales = Message(
            5,
            [.. Number(1, 2), .. Number(2, 1), .. Message(4, Floats(1e6f, 1e6f)), .. Text(8, "scales")]
        );
        Refused("unsafeModel", Model([.. scales, .. resize]));
        Refused("unsafeModel", Model(resize));
    }

    [Fact]
    public void Deep_nesting_and_many_nodes_are_refused_quickly()
    {
        byte[] graph = [];
        for (int i = 0; i < 5000; i++)
        {
            graph = Node("If", Message(5, Message(6, graph)));
        }

        Assert.Contains("inside each other", Refused("unsafeModel", Model(graph)), StringComparison.Ordinal);
        byte[] many = [.. Enumerable.Repeat(Node("Relu"), ModelFileCheck.MaxNodes + 1).SelectMany(n => n)];
        Assert.Contains("more than 20,000 nodes", Refused("unsafeModel", Model(many)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_is_refused_or_has_no_graph()
    {
        byte[] model = Model([.. Integers("shape", 2, 3), .. Node("Relu")]);
        for (int length = 0; length < model.Length; length++)
        {
            Refused("notAModel", model[..length]);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x3A, 0x80 })]
    [InlineData(new byte[] { 0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F })]
    [InlineData(new byte[] { 0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 })]
    [InlineData(new byte[] { 0x3B })]
    [InlineData(new byte[] { 0x00, 0x00 })]
    public void Bytes_that_are_no_message_are_refused(byte[] bytes) => Refused("notAModel", bytes);

    [Fact]
    public void ONNX_Runtimes_own_format_is_refused_even_inside_a_message()
    {
        byte[] model = [0xFA, 0x07, 0x08, 0, .. "ORTM"u8, 0, 0, 0, 0, .. Model([])];
        Assert.Contains("it is in ONNX Runtime's own format", Refused("notAModel", model), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("graph")]
    [InlineData("tensor")]
    [InlineData("subgraph")]
    public void A_part_that_occurs_twice_is_refused_because_protobuf_would_merge_it(string part)
    {
        byte[] tensor = [.. Number(1, 1), .. Number(2, 1), .. Message(9, new byte[4])];
        byte[] model = part switch
        {
            "tensor" => Model(Node("Constant", Message(5, [.. Message(5, tensor), .. Message(5, tensor)]))),
            "subgraph" => Model(Node("If", Message(5, [.. Message(6, []), .. Message(6, [])]))),
            _ => [.. Model([]), .. Message(7, [])],
        };
        Assert.Contains("occurs twice", Refused("notAModel", model), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_over_the_limit_is_refused_before_it_is_read()
    {
        using var folder = new TempFolder();
        string path = Path.Combine(folder.Path, "large.onnx");
        using (FileStream stream = File.Create(path))
        {
            stream.SetLength(ModelFileCheck.MaxBytes + 1);
        }

        var error = Assert.Throws<MienException>(() => ExpressionClassifier.Load(path));
        Assert.Equal("tooLarge", error.Code);
    }

    [Fact]
    public void A_contract_with_wild_sizes_takes_few_images_at_a_time_or_is_refused()
    {
        byte[] Sized(int width, int height, int labels) =>
            new OnnxBuilder()
                .Input("image", -1, 1, height, width)
                .Output("logits", -1, labels)
                .Weights("b", [1, labels], new float[labels])
                .Node("GlobalAveragePool", ["image"], "mean")
                .Node("Flatten", ["mean"], "flat", ("axis", 1L))
                .Node("Add", ["flat", "b"], "logits")
                .Metadata(
                    ModelContract.MetadataKey,
                    (
                        TinyModels.Contract with
                        {
                            Width = width,
                            Height = height,
                            Labels = [.. Enumerable.Range(0, labels).Select(i => $"label {i}")],
                        }
                    ).ToJson()
                )
                .Build();
        using ExpressionClassifier large = ExpressionClassifier.Load(new MemoryStream(Sized(1024, 1024, 2)));
        long before = large.Runs;
        large.Classify(new byte[20 << 20], 20, new float[40]);
        // 16 images of a million pixels at a time.
        Assert.Equal(before + 2, large.Runs);

        Refused("badContract", Sized(4097, 1, 2));
        Refused("badContract", Sized(2, int.MaxValue, 2));
        Refused("badContract", Sized(2, 2, 1001));
        string huge = TinyModels.Contract.ToJson()[..^1] + $",\"licence\":\"{new string('x', 1 << 20)}\"}}";
        Refused("badContract", TinyModels.WithContractText(huge));
    }

    [Fact]
    public void Class_activation_maps_of_a_wild_size_are_refused()
    {
        var contract = TinyModels.Contract with
        {
            Maps = new ClassMapOutput
            {
                Name = "maps",
                Top = 0,
                Left = 0,
                Step = 1,
            },
        };
        byte[] model = new OnnxBuilder()
            .Input("image", -1, 1, TinyModels.Height, TinyModels.Width)
            .Output("logits", -1, 7)
            .Output("maps", -1, 7, int.MaxValue, int.MaxValue)
            .Weights("w", [6, 7], TinyModels.LinearWeights)
            .Weights("b", [7], TinyModels.LinearBias)
            .Node("Flatten", ["image"], "flat", ("axis", 1L))
            .Node("Gemm", ["flat", "w", "b"], "logits")
            .Node("Identity", ["image"], "maps")
            .Metadata(ModelContract.MetadataKey, contract.ToJson())
            .Build();

        var error = Assert.Throws<MienException>(() => ExpressionClassifier.Load(new MemoryStream(model)));
        Assert.Contains(error.Code, (string[])["contractMismatch", "notAModel"]);
    }

    private static string Refused(string code, byte[] model)
    {
        var error = Assert.Throws<MienException>(() =>
            ExpressionClassifier.Load(new MemoryStream(model), name: "m.onnx")
        );
        Assert.True(code == error.Code || (model.Length == 0 && error.Code == "emptyFile"), error.Message);
        return error.Message;
    }

    private static byte[] Model(byte[] graph) => [.. Number(1, 8), .. Message(7, graph)];

    private static byte[] Node(string op, params byte[] further) => Message(1, [.. Text(4, op), .. further]);

    private static byte[] Integers(string name, params long[] values) =>
        Message(
            5,
            [
                .. Number(1, values.Length),
                .. Number(2, 7),
                .. Text(8, name),
                .. Message(9, [.. values.SelectMany(BitConverter.GetBytes)]),
            ]
        );

    private static byte[] Ints(params long[] values) => [.. values.SelectMany(v => Number(8, v))];

    private static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static byte[] Text(int field, string text) => Message(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Message(int field, byte[] content) =>
        [.. Varint((ulong)((field << 3) | 2)), .. Varint((ulong)content.Length), .. content];

    private static byte[] Number(int field, long value) => [.. Varint((ulong)(field << 3)), .. Varint((ulong)value)];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value >>= 7)
        {
            bytes.Add((byte)(value | 128));
        }

        return [.. bytes, (byte)value];
    }
}
