namespace Mien.Tests;

public sealed class ModelLoadingTests
{
    [Fact]
    public void A_model_is_loaded_from_a_path_outside_ASCII_and_keeps_its_contract()
    {
        using var folder = new TempFolder();
        ModelContract contract = TinyModels.Contract with { Licence = "CC BY 4.0 – für alle", Temperature = 1.5f };
        string path = folder.Write("modèle-模型.onnx", TinyModels.Linear(contract));

        using ExpressionClassifier classifier = ExpressionClassifier.Load(path);

        Assert.Equal(contract.ToJson(), classifier.Contract.ToJson());
    }

    [Fact]
    public void Missing_files_folders_and_empty_files_have_separate_errors()
    {
        using var folder = new TempFolder();
        string missing = Path.Combine(folder.Path, "none.onnx");
        Assert.StartsWith(
            $"{missing}: there is no such model file, and this build has no model of that name; it has ",
            Refused("fileNotFound", missing),
            StringComparison.Ordinal
        );
        Assert.Equal(
            $"{folder.Path}: is a folder, expected a model file. Name a file in it.",
            Refused("isDirectory", folder.Path)
        );
        string empty = folder.Write("empty.onnx", []);
        Assert.Equal(
            $"{empty}: is empty (0 bytes), expected a model. Copy or download it again.",
            Refused("emptyFile", empty)
        );

        static string Refused(string code, string path)
        {
            MienException error = Assert.Throws<MienException>(() => ExpressionClassifier.Load(path));
            Assert.Equal(code, error.Code);
            return error.Message;
        }
    }

    [Fact]
    public void The_error_for_a_missing_contract_names_the_key_and_the_export_command()
    {
        string message = Refused("noContract", TinyModels.WithoutContract());
        Assert.Contains("has no metadata entry 'mien.contract'", message, StringComparison.Ordinal);
        Assert.Contains("mien-lab export", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "is not a model contract")]
    [InlineData("null", "is not a model contract")]
    [InlineData("{\"name\":\"x\",\"width\":3,\"height\":2}", "labels")]
    public void An_unreadable_contract_is_an_error(string json, string expected) =>
        Assert.Contains(expected, Refused("badContract", TinyModels.WithContractText(json)), StringComparison.Ordinal);

    [Fact]
    public void A_contract_with_values_out_of_range_is_an_error()
    {
        AssertRefused(
            TinyModels.Contract with
            {
                Labels = ["anger", "anger", "fear", "happiness", "sadness", "surprise", "neutral"],
            },
            "the label 'anger' occurs twice"
        );
        AssertRefused(TinyModels.Contract with { Labels = ["anger"] }, "there is 1 label, expected 2 to 1000");
        AssertRefused(
            TinyModels.Contract with
            {
                Labels = [.. Expressions.Names.Take(6), "happy"],
            },
            "the labels 'happiness' and 'happy' are the same expression"
        );
        AssertRefused(TinyModels.Contract with { Labels = [.. Expressions.Names.Take(6), ""] }, "a label is ''");
        AssertRefused(TinyModels.Contract with { Labels = [.. Expressions.Names.Take(6), " x"] }, "a label is ' x'");
        AssertRefused(
            TinyModels.Contract with
            {
                Labels = [.. Expressions.Names.Take(6), "a\nb"],
            },
            "the label 'a?b' holds a control character"
        );
        AssertRefused(
            TinyModels.Contract with
            {
                Labels = ["contempt", .. Expressions.Names],
            },
            "for 8 labels the output must be float [N, 8], the graph has float [N, 7]",
            "contractMismatch"
        );
        AssertRefused(TinyModels.Contract with { Temperature = 0 }, "its temperature is 0");
        AssertRefused(
            TinyModels.Contract with
            {
                UncertainBelow = 1.5f,
            },
            "its uncertainBelow is 1.5, expected a number from 0 to 1"
        );
        AssertRefused(TinyModels.Contract with { UncertainBelow = -0.1f }, "its uncertainBelow is -0.1");
        AssertRefused(TinyModels.Contract with { Scale = 0 }, "its normalisation");
        AssertRefused(
            TinyModels.Contract with
            {
                Maps = new ClassMapOutput
                {
                    Name = "maps",
                    Top = 0,
                    Left = 0,
                    Step = 0,
                },
            },
            "its class activation maps are 'maps' at row 0 and column 0 with a step of 0, expected a name, two "
                + "finite numbers and a number over 0"
        );
        AssertRefused(
            TinyModels.Contract with
            {
                Maps = new ClassMapOutput
                {
                    Name = "",
                    Top = 0,
                    Left = 0,
                    Step = 1,
                },
            },
            "its class activation maps are ''"
        );
        AssertRefused(TinyModels.Contract with { Version = 4 }, "its version is 4");
        AssertRefused(TinyModels.Contract with { Width = 0 }, "its input is 0×2");

        static void AssertRefused(ModelContract contract, string expected, string code = "badContract") =>
            Assert.Contains(expected, Refused(code, TinyModels.Linear(contract)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_with_another_input_size_than_the_contract_is_an_error_with_both_sizes()
    {
        string message = Refused(
            "contractMismatch",
            TinyModels.Linear(TinyModels.Contract with { Width = 48, Height = 48 })
        );
        Assert.Contains(
            "the contract declares an input of float [N, 1, 48, 48], the graph has float [N, 1, 2, 3]",
            message,
            StringComparison.Ordinal
        );
        message = Refused("contractMismatch", TinyModels.Linear(TinyModels.Contract, batch: 5));
        Assert.Contains("the graph has float [5, 1, 2, 3]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_and_outputs_that_differ_from_the_contract_are_errors()
    {
        string message = Refused(
            "contractMismatch",
            TinyModels.Linear(TinyModels.Contract with { InputName = "picture" })
        );
        Assert.Contains(
            "the contract declares one input 'picture', the graph has 'image'",
            message,
            StringComparison.Ordinal
        );
        message = Refused("contractMismatch", TinyModels.Linear(TinyModels.Contract with { OutputName = "scores" }));
        Assert.Contains(
            "the contract declares the output 'scores', the graph has 'logits'",
            message,
            StringComparison.Ordinal
        );

        byte[] eight = new OnnxBuilder()
            .Input("image", -1, 1, 2, 3)
            .Output("logits", -1, 8)
            .Weights("w", [6, 8], new float[48])
            .Node("Flatten", ["image"], "flat", ("axis", 1L))
            .Node("MatMul", ["flat", "w"], "logits")
            .Metadata(ModelContract.MetadataKey, TinyModels.Contract.ToJson())
            .Build();
        Assert.Contains(
            "the output must be float [N, 7], the graph has float [N, 8]",
            Refused("contractMismatch", eight),
            StringComparison.Ordinal
        );

        byte[] integers = new OnnxBuilder()
            .Input("image", 7, [-1, 1, 2, 3])
            .Output("logits", -1, 7)
            .Weights("w", [6, 7], new float[42])
            .Node("Cast", ["image"], "real", ("to", 1L))
            .Node("Flatten", ["real"], "flat", ("axis", 1L))
            .Node("MatMul", ["flat", "w"], "logits")
            .Metadata(ModelContract.MetadataKey, TinyModels.Contract.ToJson())
            .Build();
        Assert.Contains(
            "the graph has int64 [N, 1, 2, 3]",
            Refused("contractMismatch", integers),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Class_activation_maps_that_are_missing_or_of_wrong_shape_are_errors()
    {
        var maps = new ClassMapOutput
        {
            Name = "maps",
            Top = 0,
            Left = 0,
            Step = 4,
        };
        Assert.Contains(
            "the contract declares the class activation maps 'maps', the graph has the outputs 'logits'",
            Refused("contractMismatch", TinyModels.Linear(TinyModels.Contract with { Maps = maps })),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "the class activation maps 'logits' must be float [N, 7, rows, columns], the graph has float [N, 7]",
            Refused(
                "contractMismatch",
                TinyModels.Linear(TinyModels.Contract with { Maps = maps with { Name = "logits" } })
            ),
            StringComparison.Ordinal
        );

        byte[] five = new OnnxBuilder()
            .Input("image", -1, 1, 2, 3)
            .Output("logits", -1, 7)
            .Output("maps", -1, 5, 2, 3)
            .Weights("w", [6, 7], new float[42])
            .Weights("f", [5, 1, 1, 1], new float[5])
            .Node("Flatten", ["image"], "flat", ("axis", 1L))
            .Node("MatMul", ["flat", "w"], "logits")
            .Node("Conv", ["image", "f"], "maps")
            .Metadata(ModelContract.MetadataKey, (TinyModels.Contract with { Maps = maps }).ToJson())
            .Build();
        Assert.Contains(
            "must be float [N, 7, rows, columns], the graph has float [N, 5, 2, 3]",
            Refused("contractMismatch", five),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Non_finite_weights_are_an_error()
    {
        byte[] diverged = new OnnxBuilder()
            .Input("image", -1, 1, 2, 3)
            .Output("logits", -1, 7)
            .Weights("w", [6, 7], [.. Enumerable.Repeat(float.NaN, 42)])
            .Node("Flatten", ["image"], "flat", ("axis", 1L))
            .Node("MatMul", ["flat", "w"], "logits")
            .Metadata(ModelContract.MetadataKey, TinyModels.Contract.ToJson())
            .Build();
        Assert.Contains(
            "the model's output for an image is NaN, expected a finite number",
            Refused("modelFailed", diverged),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Files_that_are_not_ONNX_and_truncated_models_are_errors()
    {
        Assert.Contains(
            "not an ONNX model that can be loaded",
            Refused("notAModel", ImageFiles.Pattern(40, 40).EncodePng()),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "not an ONNX model that can be loaded",
            Refused("notAModel", "emotion,pixels,Usage\n0,1 2 3,Training\n"u8.ToArray()),
            StringComparison.Ordinal
        );
        Refused("notAModel", new byte[1000]);

        byte[] model = TinyModels.Linear(TinyModels.Contract);
        foreach (double part in new[] { 0.02, 0.3, 0.6, 0.97 })
        {
            MienException error = Assert.Throws<MienException>(() =>
                ExpressionClassifier.Load(new MemoryStream(model[..(int)(model.Length * part)]), name: "cut.onnx")
            );
            Assert.Contains(error.Code, new[] { "notAModel", "noContract" });
            Assert.StartsWith("cut.onnx: ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_built_in_model_loads_and_an_unknown_name_lists_them()
    {
        MienException error = Assert.Throws<MienException>(() => BuiltInModels.Open("nonesuch"));
        Assert.Equal("unknownModel", error.Code);
        Assert.StartsWith(
            "This build of Mien has no model 'nonesuch'; it has ",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Equal("fileNotFound", Assert.Throws<MienException>(() => ExpressionClassifier.Load("nonesuch")).Code);

        foreach (string name in Check.NotEmpty(BuiltInModels.Names))
        {
            using ExpressionClassifier classifier = ExpressionClassifier.Load(
                name,
                new ClassifierOptions { Threads = 1 }
            );
            Assert.Equal(name, classifier.Contract.Name);
            Assert.Equal(1, classifier.Classify(ImageFiles.Gradient(48, 48)).LabelScores.Values.Sum(), 1e-4);
        }

        if (BuiltInModels.Names.Contains(BuiltInModels.Default))
        {
            using ExpressionClassifier classifier = ExpressionClassifier.Load();
            Assert.Equal(BuiltInModels.Default, classifier.Contract.Name);
        }
        else
        {
            Assert.Equal("unknownModel", Assert.Throws<MienException>(() => ExpressionClassifier.Load()).Code);
        }
    }

    private static string Refused(string code, byte[] model)
    {
        MienException error = Assert.Throws<MienException>(() =>
            ExpressionClassifier.Load(new MemoryStream(model), name: "some.onnx")
        );
        Assert.Equal(code, error.Code);
        Assert.StartsWith("some.onnx: ", error.Message, StringComparison.Ordinal);
        return error.Message;
    }
}
