using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary><c>mien models</c>: lists the built-in models with the figures of their contracts.</summary>
internal static class ModelsCommand
{
    /// <summary>The contract's figure that the table shows.</summary>
    private const string Accuracy = "publicTest.accuracy";

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Write a JSON array, an object a model." };
        var command = new Command("models", "List the built-in models and what was measured on them.") { json };
        command.SetAction((parsed, cancellationToken) =>
        {
            CommandConsole console = CommandConsole.Of(parsed);
            var models = new List<(ModelContract Contract, string Name, long Bytes)>();
            foreach (string name in BuiltInModels.Names)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using Stream stream = BuiltInModels.Open(name);
                long bytes = stream.Length;
                using ExpressionClassifier classifier = ExpressionClassifier.Load(stream, new ClassifierOptions { Threads = 1 }, name);
                models.Add((classifier.Contract, name, bytes));
            }

            if (parsed.GetValue(json))
            {
                console.Out.WriteLine(ToJson(models));
            }
            else
            {
                Write(console, models);
            }

            return Task.FromResult(ExitCodes.Done);
        });
        return command.WithExamples(("mien models", "Lists them."), ("mien info shallow", "Everything that one model's contract says."));
    }

    private static void Write(CommandConsole console, List<(ModelContract Contract, string Name, long Bytes)> models)
    {
        if (models.Count == 0)
        {
            console.Out.WriteLine("This build holds no models: it was made without the folder models/. Name an ONNX file with --model.");
            return;
        }

        ConsoleTable table = new ConsoleTable().Column("model", wrap: false).Number("MB").Column("input", wrap: false).Number("PublicTest").Column("trained on");
        foreach ((ModelContract contract, string name, long bytes) in models)
        {
            table.Row(
                name == BuiltInModels.Default ? $"{name} (default)" : name,
                (bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture),
                ContractText.Input(contract, console),
                contract.Metrics.TryGetValue(Accuracy, out double accuracy) ? ContractText.Percent(accuracy) : "not measured",
                contract.TrainingData ?? "");
        }

        table.WriteTo(console);
    }

    private static string ToJson(List<(ModelContract Contract, string Name, long Bytes)> models)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach ((ModelContract contract, string name, long bytes) in models)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteBoolean("default", name == BuiltInModels.Default);
                json.WriteNumber("bytes", bytes);
                json.WritePropertyName("contract");
                json.WriteRawValue(contract.ToJson());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
