using System.Text.Json.Nodes;
using Mien.CommandLine;

namespace Mien.Lab.Tests;

/// <summary>Writes experiment files and reads their plans.</summary>
internal static class MadeExperiment
{
    /// <summary>An inline recipe for experiment files: the small network in the same folder, on one thread.</summary>
    public const string Recipe =
        """{ "network": "tiny.json", "threads": 1, "epochs": 2, "batchSize": 56, "learningRate": 0.1,"""
        + """ "warmupEpochs": 0 }""";

    /// <summary>Writes an experiment file and the small network into a folder.</summary>
    public static string Write(
        TempFolder folder,
        string content,
        string name = "made.json",
        string network = MadeData.Network
    )
    {
        folder.Write("tiny.json", network);
        return folder.Write(name, content.Replace("RECIPE", Recipe, StringComparison.Ordinal));
    }

    /// <summary>The plan as JSON, from <c>mien-lab experiment plan</c>.</summary>
    public static JsonObject Plan(TempFolder folder, string content, string network = MadeData.Network)
    {
        LabResult result = Lab.Run("experiment", "plan", Write(folder, content, network: network), "--json");
        Assert.True(result.Code == ExitCodes.Done, result.Error);
        return JsonNode.Parse(result.Out)!.AsObject();
    }

    public static string[] Names(JsonObject plan) =>
        [.. plan["configurations"]!.AsArray().Select(s => (string)s!["name"]!)];

    /// <summary>A report without times, which differ from run to run.</summary>
    public static string WithoutTimes(string reportFile)
    {
        JsonObject report = Files.Json(reportFile);
        Strip(report);
        return report.ToJsonString();

        static void Strip(JsonNode? node)
        {
            if (node is JsonObject o)
            {
                o.Remove("seconds");
                o.Remove("minutes");
            }

            foreach (
                JsonNode? child in node switch
                {
                    JsonObject with => with.Select(p => p.Value).ToArray(),
                    JsonArray list => [.. list],
                    _ => [],
                }
            )
            {
                Strip(child);
            }
        }
    }
}
