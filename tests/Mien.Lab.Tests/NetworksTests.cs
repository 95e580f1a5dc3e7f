using System.Text.Json.Nodes;
using Mien.CommandLine;
using Mien.Networks;

namespace Mien.Lab.Tests;

public sealed class NetworksTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_registered_networks_are_listed_with_parameters_and_macs()
    {
        LabResult result = Lab.Run("networks");

        Assert.Equal((ExitCodes.Done, ""), (result.Code, result.Error));
        Assert.Matches(@"(?m)^deep +1×48×48 +4,478,727 +290,475,520  .+$", result.Out);
        Assert.Matches(@"(?m)^shallow +1×48×48 ", result.Out);
    }

    [Fact]
    public void The_list_is_available_as_json()
    {
        LabResult result = Lab.Run("networks", "--json");
        JsonArray list = JsonNode.Parse(result.Out)!.AsArray();

        Assert.Equal(RegisteredNetworks.Names, list.Select(n => (string)n!["name"]!));
        JsonNode deep = list.Single(n => (string)n!["name"]! == "deep")!;
        Assert.Equal((4_478_727, 290_475_520), ((int)deep["parameters"]!, (int)deep["macs"]!));
        Assert.Contains("\"1×48×48\"", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_registered_network_is_shown_layer_by_layer()
    {
        LabResult result = Lab.Run("networks", "show", "deep");

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Contains("4,478,727", result.Out, StringComparison.Ordinal);
        Assert.Contains("290,475,520", result.Out, StringComparison.Ordinal);
        Assert.Contains("512×6×6", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_description_file_is_shown_and_the_error_of_an_invalid_one_names_the_layer()
    {
        LabResult shown = Lab.Run("networks", "show", folder.Write("tiny.json", MadeData.Network));
        LabResult faulty = Lab.Run(
            "networks",
            "show",
            folder.Write("bad.json", MadeData.Network.Replace("\"units\": 7", "\"unit\": 7", StringComparison.Ordinal))
        );

        Assert.Equal(ExitCodes.Done, shown.Code);
        Assert.StartsWith("tiny: image 1×16×16 → 7 logits\n", shown.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, faulty.Code);
        Assert.Contains("bad.json", faulty.Error, StringComparison.Ordinal);
        Assert.Contains("dense", faulty.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deep")]
    [InlineData("shallow")]
    public void The_json_of_a_network_is_a_valid_description_file(string name)
    {
        string json = Lab.Run("networks", "show", name, "--json").Out;

        Assert.Equal(
            Lab.Run("networks", "show", name).Out,
            Lab.Run("networks", "show", folder.Write("mine.json", json)).Out
        );
    }
}
