using System.Text.Json.Nodes;

namespace Mien.Tests;

public sealed class HeadContractTests
{
    [Fact]
    public void Heads_blend_and_crop_normalisation_survive_a_round_trip()
    {
        AssertSame(HeadModels.Contract);
        AssertSame(HeadModels.Contract with { Blend = null });
        AssertSame(
            TinyModels.Contract with
            {
                CropNormalisation = new CropNormalisation
                {
                    Kind = CropNormalisationKind.MeanDeviation,
                    Mean = 129,
                    Deviation = 54,
                },
            }
        );
        AssertSame(
            HeadModels.Contract with
            {
                CropNormalisation = new CropNormalisation
                {
                    Kind = CropNormalisationKind.Percentiles,
                    Low = 1,
                    High = 99,
                },
            }
        );
    }

    [Fact]
    public void The_version_is_the_lowest_that_can_hold_the_contract()
    {
        var none = new CropNormalisation { Kind = CropNormalisationKind.None };

        Assert.Equal(1, TinyModels.Contract.Version);
        Assert.Equal(2, HeadModels.Contract.Version);
        Assert.Equal(2, (TinyModels.Contract with { CropNormalisation = none }).Version);
        Assert.Equal(1, (HeadModels.Contract with { Heads = null, Blend = null }).Version);
        Assert.Equal(1, Read(TinyModels.Contract.ToJson()).Version);
        Assert.Equal(2, Read(HeadModels.Contract.ToJson()).Version);
        Assert.Equal(2, (Read(TinyModels.Contract.ToJson()) with { CropNormalisation = none }).Version);
        Assert.Equal(2, Read((TinyModels.Contract with { Version = 2 }).ToJson()).Version);
    }

    [Fact]
    public void The_vote_temperature_of_a_head_is_written_and_read()
    {
        ModelContract contract = HeadModels.Contract;
        Assert.DoesNotContain("voteTemperature", contract.ToJson(), StringComparison.Ordinal);
        ModelContract voting = contract with
        {
            Heads = [contract.Heads![0], contract.Heads[1] with { VoteTemperature = 1.5f }],
        };
        ModelContract read = Read(voting.ToJson());
        Assert.Null(read.Heads![0].VoteTemperature);
        Assert.Equal(1.5f, read.Heads[1].VoteTemperature);
    }

    [Fact]
    public void A_contract_without_heads_is_written_as_before()
    {
        string json = TinyModels.Contract.ToJson();

        Assert.StartsWith("{\"version\":1,", json, StringComparison.Ordinal);
        foreach (string field in (string[])["heads", "blend", "cropNormalisation"])
        {
            Assert.DoesNotContain($"\"{field}\"", json, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("version", "1", "its version is 1, and heads, a blend or a crop normalisation need version 2")]
    [InlineData("version", "null", "its version is 1, and heads, a blend or a crop normalisation need version 2")]
    [InlineData("version", "4", "its version is 4, this program reads 1 to 3; update Mien to use it")]
    [InlineData("version", "0", "its version is 0, expected 1 to 3")]
    [InlineData("output", "\"Probabilities\"", "it has heads and its output is probabilities, expected logits")]
    [InlineData("heads", "[]", "the number of its heads is 0, expected 2 to 16")]
    [InlineData("heads", "null", "it has a blend but no heads to blend")]
    [InlineData("heads[1].name", "\"\"", "the name of a head is '', expected 1 to 64 characters")]
    [InlineData("heads[1].name", "\"a\\n\"", "the name of a head is 'a?', expected 1 to 64 characters")]
    [InlineData("heads[1].name", "\"Blend\"", "a head has the name 'Blend', which stands for the blend of all heads")]
    [InlineData("heads[1].name", "\"FER2013\"", "two heads have the name 'FER2013'")]
    [InlineData("heads[0].offset", "8", "the head 'fer2013' takes 7 columns from column 8 on, outside the 14 columns")]
    [InlineData(
        "heads[0].offset",
        "-1",
        "the head 'fer2013' takes 7 columns from column -1 on, outside the 14 columns"
    )]
    [InlineData("heads[0].offset", "6", "the heads 'ferplus' and 'fer2013' overlap: they start at columns 0 and 6")]
    [InlineData("heads[0].offset", "0", "overlap: they start at columns 0 and 0 and have 7 columns each")]
    [InlineData("heads[0].temperature", "0", "the temperature of the head 'fer2013' is 0, expected a number over 0")]
    [InlineData("heads[1].voteTemperature", "0", "the temperature of the votes of 'ferplus' is 0, expected a number")]
    [InlineData("heads[1].uncertainBelow", "1.5", "uncertainBelow of the head 'ferplus' is 1.5, expected a number")]
    [InlineData("blend.temperature", "-0.5", "the temperature of the blend is -0.5, expected a number over 0")]
    [InlineData("blend.uncertainBelow", "-1", "uncertainBelow of the blend is -1, expected a number from 0 to 1")]
    [InlineData("blend.weights", "[1]", "the blend has 1 weights, expected 2, one per head")]
    [InlineData("blend.weights", "[0.5,0.4]", "the weights of the blend are 0.5, 0.4, expected numbers from 0 to 1")]
    [InlineData("blend.weights", "[1.5,-0.5]", "the weights of the blend are 1.5, -0.5, expected numbers from 0 to 1")]
    [InlineData(
        "cropNormalisation",
        "{\"kind\":\"MeanDeviation\"}",
        "mean (missing) and deviation (missing), expected"
    )]
    [InlineData(
        "cropNormalisation",
        "{\"kind\":\"meanDeviation\",\"mean\":129,\"deviation\":0}",
        "its crop normalisation is to mean 129 and deviation 0, expected gray values from 0 to 255"
    )]
    [InlineData(
        "cropNormalisation",
        "{\"kind\":\"percentiles\",\"low\":99,\"high\":1}",
        "its crop normalisation is between the percentiles 99 and 1, expected two ascending numbers"
    )]
    public void A_bad_value_is_refused(string field, string value, string expected) =>
        AssertRefused(field, value, "m.onnx: the model's contract cannot be used: ", expected);

    [Theory]
    [InlineData("heads", "5", "'heads' is the number 5, expected an array of objects")]
    [InlineData("heads[1]", "5", "'heads' is the number 5, expected an object")]
    [InlineData("heads[1].name", "null", "in 'heads' 'name' is missing")]
    [InlineData("heads[1].offset", "null", "in 'heads' 'offset' is missing")]
    [InlineData("heads[1].offset", "0.5", "in 'heads' 'offset' is the number 0.5, expected an integer")]
    [InlineData("heads[1].metrics", "{\"ece\":\"low\"}", "in 'heads' 'metrics.ece' is a string, expected a number")]
    [InlineData("blend", "[]", "'blend' is an array, expected an object")]
    [InlineData("blend.weights", "null", "in 'blend' 'weights' is missing")]
    [InlineData("blend.weights", "1", "in 'blend' 'weights' is the number 1, expected an array of numbers")]
    [InlineData("blend.weights", "[\"1\"]", "in 'blend' 'weights' is a string, expected numbers")]
    [InlineData("cropNormalisation", "{}", "in 'cropNormalisation' 'kind' is missing")]
    [InlineData("cropNormalisation", "{\"kind\":\"x\"}", "in 'cropNormalisation' 'kind' is 'x', expected none, mean")]
    public void A_field_of_the_wrong_type_is_reported_by_name(string field, string value, string expected) =>
        AssertRefused(
            field,
            value,
            "m.onnx: the metadata entry 'mien.contract' is not a model contract (" + expected,
            expected
        );

    private static void AssertRefused(string field, string value, string start, string expected)
    {
        JsonNode root = JsonNode.Parse(HeadModels.Contract.ToJson())!;
        JsonNode? changed = JsonNode.Parse(value);
        switch (field.Split('.', '[', ']'))
        {
            case [string name]:
                root[name] = changed;
                break;
            case ["blend", string name]:
                root["blend"]![name] = changed;
                break;
            case ["heads", string place, ""]:
                root["heads"]![place[0] - '0'] = changed;
                break;
            case ["heads", string place, "", string name]:
                root["heads"]![place[0] - '0']![name] = changed;
                break;
            default:
                throw new ArgumentException(field, nameof(field));
        }

        MienException error = Assert.Throws<MienException>(() => Read(root.ToJsonString()));
        Assert.Equal("badContract", error.Code);
        Assert.StartsWith(start, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static ModelContract Read(string json) => ModelContract.FromJson(json, "m.onnx");

    private static void AssertSame(ModelContract contract)
    {
        string json = contract.ToJson();
        ModelContract read = Read(json);
        Assert.Equal(json, read.ToJson());
        Assert.Equal(contract.CropNormalisation, read.CropNormalisation);
        Assert.Equal(contract.Heads?.Count, read.Heads?.Count);
        foreach ((ModelHead written, ModelHead head) in (contract.Heads ?? []).Zip(read.Heads ?? []))
        {
            Assert.Equal(written with { Metrics = head.Metrics }, head);
            Assert.Equal(written.Metrics, head.Metrics);
        }

        Assert.Equal(contract.Blend is null, read.Blend is null);
        if (contract.Blend is { } blend)
        {
            Assert.Equal(blend.Weights, read.Blend!.Weights);
            Assert.Equal(blend.Metrics, read.Blend.Metrics);
            Assert.Equal(blend with { Weights = read.Blend.Weights, Metrics = read.Blend.Metrics }, read.Blend);
        }
    }
}
