using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;
using Mien.Evaluation;

namespace Mien.Cli;

/// <summary>A built-in model with the figures that its card leads with.</summary>
internal sealed record ModelSummary(string Name, long Bytes, ModelContract Contract)
{
    public bool IsDefault => Name == BuiltInModels.Default;

    /// <summary>The share of PublicTest that it gets right; <c>null</c> where it was not measured.</summary>
    public double? Accuracy => Contract.Metrics.TryGetValue("publicTest.accuracy", out double share) ? share : null;

    /// <summary>The images that <see cref="Accuracy"/> was measured on.</summary>
    private long Images => Contract.Metrics.TryGetValue("publicTest.count", out double count) ? (long)count : 0;

    /// <summary>The 95 % interval of <see cref="Accuracy"/>.</summary>
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

    /// <summary>Writes a table of them, or says that there are none.</summary>
    public static void WriteTable(CommandConsole console, IReadOnlyList<ModelSummary> models)
    {
        if (models.Count == 0)
        {
            console.Out.WriteLine(
                "This build holds no models: it was made without the folder models/. Name an ONNX file with --model."
            );
            return;
        }

        ConsoleTable table = new ConsoleTable()
            .Column("model", wrap: false)
            .Number("MB")
            .Column("input", wrap: false)
            .Number("PublicTest")
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

    /// <summary>Writes an array of them, an object a model.</summary>
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
