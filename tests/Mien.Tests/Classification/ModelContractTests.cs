namespace Mien.Tests;

public sealed class ModelContractTests
{
    [Fact]
    public void A_contract_survives_a_round_trip()
    {
        var contract = new ModelContract
        {
            Name = "имя \"x\"",
            Width = 40,
            Height = 44,
            Scale = 2f / 255,
            Offset = -1.5f,
            Labels = TinyModels.Shuffled,
            InputName = "in",
            OutputName = "out",
            Temperature = 1.1453943f,
            UncertainBelow = 0.47f,
            TrainingData = "some",
            Recipe = "{\"epochs\": 3}",
            Licence = "MIT",
            Metrics = new Dictionary<string, double> { ["publicTest.accuracy"] = 0.6269155753691836, ["epoch"] = 35 },
        };
        foreach (ResizeKernel kernel in Enum.GetValues<ResizeKernel>())
        {
            foreach (ModelOutput output in Enum.GetValues<ModelOutput>())
            {
                AssertSame(contract with { Resize = kernel, Output = output });
            }
        }

        AssertSame(contract with { UncertainBelow = 0 });
        AssertSame(
            contract with
            {
                Maps = new ClassMapOutput
                {
                    Name = "maps",
                    Top = -1.5f,
                    Left = 0,
                    Step = 8,
                },
            }
        );
        Assert.DoesNotContain("\"maps\"", contract.ToJson(), StringComparison.Ordinal); // as in files of older versions
        AssertSame(
            new ModelContract
            {
                Name = "n",
                Width = 1,
                Height = 1,
                Labels = Expressions.Names,
            }
        );
    }

    [Fact]
    public void The_name_that_earlier_versions_gave_to_MACs_is_read()
    {
        string json = (
            TinyModels.Contract with
            {
                Metrics = new Dictionary<string, double> { ["macs"] = 15 },
            }
        ).ToJson();
        string old = json.Replace("\"macs\"", "\"multiplyAdds\"", StringComparison.Ordinal);
        Assert.NotEqual(json, old);
        Assert.Equal(15, ModelContract.FromJson(old, "m.onnx").Metrics["macs"]);
    }

    [Fact]
    public void A_contract_without_a_threshold_stays_without_one()
    {
        string json = TinyModels.Contract.ToJson();

        Assert.DoesNotContain("uncertainBelow", json, StringComparison.Ordinal);
        Assert.Null(ModelContract.FromJson(json, "m.onnx").UncertainBelow);
    }

    [Theory]
    [InlineData("[1]", "the text is an array, expected an object")]
    [InlineData("{\"width\":3,\"height\":2}", "'name' is missing")]
    [InlineData("{\"name\":5}", "'name' is the number 5, expected a string")]
    [InlineData("{\"name\":\"x\",\"width\":2.5}", "'width' is the number 2.5, expected an integer")]
    [InlineData(
        "{\"name\":\"x\",\"width\":3,\"height\":2,\"labels\":[\"a\",true]}",
        "'labels' is 'true', expected strings"
    )]
    [InlineData(
        "{\"name\":\"x\",\"width\":3,\"height\":2,\"labels\":[],\"resize\":\"sinc\"}",
        "'resize' is 'sinc', expected nearest, bilinear"
    )]
    [InlineData(
        "{\"name\":\"x\",\"width\":3,\"height\":2,\"labels\":[],\"uncertainBelow\":\"low\"}",
        "'uncertainBelow' is a string, expected a number"
    )]
    [InlineData(
        "{\"name\":\"x\",\"width\":3,\"height\":2,\"labels\":[],\"output\":\"odds\"}",
        "'output' is 'odds', expected logits or probabilities"
    )]
    [InlineData(
        "{\"name\":\"x\",\"width\":3,\"height\":2,\"labels\":[],\"metrics\":{\"ece\":\"low\"}}",
        "'metrics.ece' is a string, expected a number"
    )]
    [InlineData(
        "{\"name\":\"x\",\"width\":3,\"height\":2,\"labels\":[],\"maps\":\"maps\"}",
        "'maps' is a string, expected an object"
    )]
    [InlineData(
        "{\"name\":\"x\",\"width\":3,\"height\":2,\"labels\":[],\"maps\":{\"top\":0}}",
        "in 'maps' 'name' is missing"
    )]
    [InlineData(
        "{\"name\":\"x\",\"width\":3,\"height\":2,\"labels\":[],\"maps\":{\"name\":\"m\",\"top\":0,\"left\":0}}",
        "in 'maps' 'step' is missing"
    )]
    [InlineData(
        "{\"name\":\"x\",\"width\":3,\"height\":2,\"labels\":[],\"maps\":{\"name\":\"m\",\"top\":true}}",
        "in 'maps' 'top' is 'true', expected a number"
    )]
    public void A_field_of_the_wrong_type_is_reported_by_name(string json, string expected)
    {
        MienException error = Assert.Throws<MienException>(() => ModelContract.FromJson(json, "m.onnx"));

        Assert.Equal("badContract", error.Code);
        Assert.StartsWith(
            $"m.onnx: the metadata entry 'mien.contract' is not a model contract ({expected}",
            error.Message,
            StringComparison.Ordinal
        );
    }

    private static void AssertSame(ModelContract contract)
    {
        string json = contract.ToJson();
        ModelContract read = ModelContract.FromJson(json, "m.onnx");
        Assert.Equal(json, read.ToJson());
        Assert.Equal(contract with { Labels = read.Labels, Metrics = read.Metrics }, read);
        Assert.Equal(contract.Labels, read.Labels);
        Assert.Equal(contract.Metrics, read.Metrics);
    }
}
