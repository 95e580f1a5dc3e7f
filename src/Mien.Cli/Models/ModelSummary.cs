using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;
using Mien.Evaluation;

namespace Mien.Cli;

/// <summary>A built-in model with its size, contract and accuracy on PublicTest.</summary>
internal sealed record ModelSummary(string Name, long Bytes, ModelContract Contract)
{
    public bool IsDefault => Name == BuiltInModels.Default;

    /// <summary>The accuracy on PublicTest, 0..1; <c>null</c> if it was not measured.</summary>
    public double? Accuracy => Contract.Metrics.TryGetValue("publicTest.accuracy", out double share) ? share : null;

    /// <summary>The number of images that <see cref="Accuracy"/> was measured on; 0 if unknown.</summary>
    private long Images => Contract.Metrics.TryGetValue("publicTest.count", out double count) ? (long)count : 0;

    /// <summary>Wilson's 95 % interval of <see cref="Accuracy"/>.</summary>
    public Interval? AccuracyInterval =>
        Accuracy is { } share && Images > 0 ? Interval.Wilson((long)Math.Round(share * Images), Images) : null;

    /// <summary>Reads the contracts of all built-in models.</summary>
    public static IReadOnlyList<ModelSummary> ReadAll(CancellationToken cancellationToken)
    {
        var models = new List<ModelSummary>();
        foreach (string name in BuiltInModels.Names)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using Stream stream = BuiltInModels.Open(name);
            long bytes = stream.Length;
            using ExpressionClassifier classifier = ExpressionClassifier.Load(
                stream,
                new ClassifierOptions { Threads = 1, Device = InferenceDevice.Cpu },
                name
            );
            models.Add(new ModelSummary(name, bytes, classifier.Contract));
        }

        return models;
    }

    /// <summary>Writes the models as a table, or a message if there are none.</summary>
    public static void WriteTable(CommandConsole console, IReadOnlyList<ModelSummary> models)
    {
        if (models.Count == 0)
        {
            console.Out.WriteLine(
                "This build contains no models: it was made without the folder models/. Give an ONNX file with --model."
            );
            return;
        }

        ConsoleTable table = new ConsoleTable()
            .Column("model", wrap: false)
            .Number("MB")
            .Column("input", wrap: false)
            .Number("accuracy")
            .Column("95 % interval", wrap: false)
            .Column("trained on");
        foreach (ModelSummary model in models)
        {
            table.Row(
                model.IsDefault ? $"{model.Name} (default)" : model.Name,
                (model.Bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture),
                ContractText.Input(model.Contract, console),
                model.Accuracy is { } share ? ContractText.Percent(share) : "not measured",
                model.AccuracyInterval is { } interval
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"{interval.Low * 100:0.0} to {interval.High * 100:0.0} %"
                    )
                    : "",
                model.Contract.TrainingData ?? ""
            );
        }

        table.WriteTo(console);
    }

    /// <summary>Writes the models as a JSON array, one object per model.</summary>
    public static void WriteJson(Utf8JsonWriter json, IReadOnlyList<ModelSummary> models)
    {
        json.WriteStartArray();
        foreach (ModelSummary model in models)
        {
            json.WriteStartObject();
            json.WriteString("name", model.Name);
            json.WriteBoolean("default", model.IsDefault);
            json.WriteNumber("bytes", model.Bytes);
            if (model.AccuracyInterval is { } interval)
            {
                json.WriteNumber("accuracy", model.Accuracy!.Value);
                json.WriteNumber("accuracyLow", interval.Low);
                json.WriteNumber("accuracyHigh", interval.High);
            }

            json.WritePropertyName("contract");
            json.WriteRawValue(model.Contract.ToJson());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
