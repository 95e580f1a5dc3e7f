using System.Text.Json;

namespace Mien.Networks.Tests;

public class NetworkDescriptionTests
{
    [Fact]
    public void Every_layer_survives_a_round_trip_through_json()
    {
        NetworkDescription first = NetworkDescription.FromJson(EveryLayer.Json, "every");
        string json = first.ToJson();
        NetworkDescription second = NetworkDescription.FromJson(json, "again");
        Assert.Equal(json, second.ToJson());
        Assert.Equal(
            NetworkSummary.Format(NetworkGraph.Build(first)),
            NetworkSummary.Format(NetworkGraph.Build(second))
        );
        Assert.Equal(new LeakyReluLayer { Slope = 0.2 }, second.Layers[4]);
        Assert.Equal(
            new MaxPoolLayer
            {
                Size = 3,
                Stride = 2,
                Padding = PaddingMode.Same,
            },
            second.Layers[5]
        );
    }

    [Fact]
    public void A_description_from_code_is_written_with_types_in_camel_case()
    {
        var description = new NetworkDescription
        {
            Name = "größe",
            Input = new InputDescription(5, 4),
            Layers = [new FlattenLayer(), new DenseLayer { Units = 2, Bias = false }],
        };
        Assert.Equal(
            """{"name":"größe","input":{"width":5,"height":4,"channels":1}"""
                + ""","layers":[{"type":"flatten"},{"type":"dense","units":2,"bias":false}]}""",
            string.Concat(description.ToJson().Where(c => !char.IsWhiteSpace(c)))
        );
    }

    [Fact]
    public void Comments_trailing_commas_and_a_type_at_the_end_are_allowed()
    {
        NetworkGraph graph = Networks.Build(
            """
            { // a comment
              "layers": [ { "name": "x", "type": "flatten", }, { "units": 2, /* and another */ "type": "dense" }, ],
              "name": "n", "input": { "height": 4, "width": 5, },
            }
            """
        );
        Assert.Equal(20 * 2 + 2, graph.Parameters);
    }

    [Theory]
    [InlineData(
        """{ "type": "conv", "filters": 3, "kernle": 3 }""",
        "test.json, layers[1] (conv): unknown key 'kernle', expected filters, kernel, stride, bias, groups, "
            + "padding, name, inputs."
    )]
    [InlineData(
        """{ "type": "conv", "name": "stem", "Filters": 3 }""",
        "test.json, layers[1] (conv 'stem'): unknown key 'Filters', expected filters, kernel, stride, bias, "
            + "groups, padding, name, inputs."
    )]
    [InlineData("""{ "type": "conv" }""", "test.json, layers[1] (conv): the key 'filters' is missing.")]
    [InlineData(
        """{ "type": "conv", "filters": 2.5 }""",
        "test.json, layers[1].filters (conv): found 2.5, expected a whole number."
    )]
    [InlineData(
        """{ "type": "conv", "filters": 99999999999 }""",
        "test.json, layers[1].filters (conv): found 99999999999, expected a whole number."
    )]
    [InlineData(
        """{ "type": "conv", "filters": null }""",
        "test.json, layers[1].filters (conv): found null, expected a value."
    )]
    [InlineData(
        """{ "type": "conv", "filters": 2, "bias": 1 }""",
        "test.json, layers[1].bias (conv): found 1, expected true or false."
    )]
    [InlineData(
        """{ "type": "conv", "filters": 2, "padding": "full" }""",
        "test.json, layers[1].padding (conv): found \"full\", expected \"same\" or \"valid\" or \"sameUpper\"."
    )]
    [InlineData(
        """{ "type": "conv", "filters": 2, "padding": 1 }""",
        "test.json, layers[1].padding (conv): found 1, expected \"same\" or \"valid\" or \"sameUpper\"."
    )]
    [InlineData(
        """{ "type": "dropout", "rate": "half" }""",
        "test.json, layers[1].rate (dropout): found \"half\", expected a number."
    )]
    [InlineData("""{ "type": "relu", "name": 5 }""", "test.json, layers[1].name (relu): found 5, expected a string.")]
    [InlineData(
        """{ "type": "relu", "inputs": "input" }""",
        "test.json, layers[1].inputs (relu): found \"input\", expected a list, [ … ]."
    )]
    [InlineData(
        """{ "type": "add", "inputs": ["input", 3] }""",
        "test.json, layers[1].inputs[1] (add): found 3, expected a string."
    )]
    [InlineData(
        """{ "type": "residual", "body": [ { "type": "conv", "filter": 1 } ] }""",
        "test.json, layers[1].body[0] (conv): unknown key 'filter', expected filters, kernel, stride, bias, "
            + "groups, padding, name, inputs."
    )]
    [InlineData(
        """{ "type": "residual", "body": { "type": "relu" } }""",
        "test.json, layers[1].body (residual): found an object, expected a list, [ … ]."
    )]
    public void The_error_for_a_wrong_key_or_value_names_position_and_type_of_the_layer(string layer, string message)
    {
        var error = Assert.Throws<NetworkException>(() => Networks.Layers($$"""{ "type": "relu" }, {{layer}}"""));
        Assert.Equal(message + " docs/networks.md lists all layers and their keys.", error.Message);
    }

    [Theory]
    [InlineData("""{ "type": "conv3" }""", "unknown layer type \"conv3\"")]
    [InlineData("""{ "type": 3 }""", "unknown layer type 3")]
    [InlineData("""{ "filters": 3 }""", "found an object, expected a layer with a \"type\": conv, depthwiseConv")]
    [InlineData("3", "found 3, expected a layer with a \"type\": conv, depthwiseConv")]
    public void The_error_for_an_unknown_type_lists_all_types(string layer, string message)
    {
        var error = Assert.Throws<NetworkException>(() => Networks.Layers(layer));
        Assert.StartsWith("test.json, layers[0]: " + message, error.Message, StringComparison.Ordinal);
        Check.All(LayerTypes.All, t => Assert.Contains(t.Key, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(
        """{ "name": "n", "input": { "width": 4, "height": 4 }, "layers": [], "author": "me" }""",
        "test.json: unknown key 'author', expected name, summary, input, heads, layers."
    )]
    [InlineData(
        """{ "name": "n", "input": { "width": 4 }, "layers": [] }""",
        "test.json, input: the key 'height' is missing."
    )]
    [InlineData(
        """{ "name": "n", "input": { "width": 4, "height": 4, "depth": 1 }, "layers": [] }""",
        "test.json, input: unknown key 'depth', expected width, height, channels."
    )]
    [InlineData(
        """{ "name": "n", "input": 48, "layers": [] }""",
        "test.json, input: found 48, expected an object, { … }."
    )]
    [InlineData("""{ "input": { "width": 4, "height": 4 }, "layers": [] }""", "test.json: the key 'name' is missing.")]
    [InlineData(
        "null",
        "test.json: found null, expected a network description, { \"name\": …, \"input\": …, \"layers\": … }."
    )]
    [InlineData(
        "[]",
        "test.json: found a list, expected a network description, { \"name\": …, \"input\": …, \"layers\": … }."
    )]
    public void The_error_for_a_wrong_key_outside_the_layers_names_its_position(string json, string message)
    {
        var error = Assert.Throws<NetworkException>(() => NetworkDescription.FromJson(json, "test.json"));
        Assert.Equal(message + " docs/networks.md lists all layers and their keys.", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"name\": ")]
    [InlineData("\u00ff\u00d8\u00ff\u00e0 JFIF")]
    [InlineData("""{ "name": "a", "name": "b", "input": { "width": 4, "height": 4 }, "layers": [] }""")]
    [InlineData(
        """{ "name": "a", "input": { "width": 4, "height": 4 }, "layers": [ { "type": "dense", "units": 2,"""
            + """ "units": 3 } ] }"""
    )]
    public void Invalid_json_is_an_error_with_the_reason(string json)
    {
        var error = Assert.Throws<NetworkException>(() => NetworkDescription.FromJson(json, "photo.json"));
        Assert.StartsWith("photo.json: not a network description: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "Expected JSON with the keys name, input and layers; docs/networks.md lists the layers.",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.IsType<JsonException>(error.InnerException, exactMatch: false);
    }

    [Fact]
    public void Too_deeply_nested_blocks_are_an_error_and_not_a_crash()
    {
        string nested =
            string.Concat(Enumerable.Repeat("""{ "type": "residual", "body": [ """, 2000))
            + string.Concat(Enumerable.Repeat("]}", 2000));
        var error = Assert.Throws<NetworkException>(() => Networks.Layers(nested));
        Assert.StartsWith("test.json: not a network description: ", error.Message, StringComparison.Ordinal);
    }
}
