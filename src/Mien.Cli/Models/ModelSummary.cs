using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;
using Mien.Evaluation;

namespace Mien.Cli;

/// <summary>A model with its size, contract and accuracy on PublicTest.</summary>
internal sealed record ModelSummary(string Name, long Bytes, ModelContract Contract)
{
    public bool IsDefault => Name == BuiltInModels.Default;

    /// <summary>
    /// The accuracy on PublicTest: of the only head, or of each head on its own label set and of the blend on each of
    /// them. The first one is that of the first head.
    /// </summary>
    public IReadOnlyList<HeadAccuracy> Accuracies =>
        Contract.Heads is not { } heads
            ? [HeadAccuracy.Of(Contract.Metrics, null, null)]
            :
            [
                .. heads.Select(h => HeadAccuracy.Of(h.Metrics, h.Name, h.Name)),
                .. Contract.Blend is { } blend
                    ? heads.Select(h => HeadAccuracy.Of(blend.Metrics, HeadBlend.Name, h.Name, $"{h.Name}."))
                    : [],
            ];

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

        bool haveHeads = models.Any(m => m.Contract.Heads is not null);
        ConsoleTable table = new ConsoleTable().Column("model", wrap: false).Number("MB").Column("input", wrap: false);
        if (haveHeads)
        {
            table.Column("head", wrap: false).Column("labels", wrap: false);
        }

        table.Number("accuracy").Column("95 % interval", wrap: false).Column("trained on");
        foreach (ModelSummary model in models)
        {
            string[] first =
            [
                model.IsDefault ? $"{model.Name} (default)" : model.Name,
                (model.Bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture),
                ContractText.Input(model.Contract, console),
            ];
            foreach (HeadAccuracy accuracy in model.Accuracies)
            {
                table.Row([
                    .. first,
                    .. haveHeads ? [accuracy.Head ?? "", accuracy.LabelSet ?? ""] : (string[])[],
                    accuracy.Share is { } share ? ContractText.Percent(share) : "not measured",
                    accuracy.Interval is { } interval
                        ? string.Create(
                            CultureInfo.InvariantCulture,
                            $"{interval.Low * 100:0.0} to {interval.High * 100:0.0} %"
                        )
                        : "",
                    accuracy.Head == HeadBlend.Name ? "" : model.Contract.SelectHead(accuracy.Head).TrainingData ?? "",
                ]);
                Array.Fill(first, "");
            }
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
            WriteAccuracy(json, model.Accuracies[0]);
            if (model.Contract.Heads is not null)
            {
                json.WriteStartArray("heads");
                foreach (HeadAccuracy accuracy in model.Accuracies)
                {
                    json.WriteStartObject();
                    json.WriteString("head", accuracy.Head);
                    json.WriteString("labels", accuracy.LabelSet);
                    WriteAccuracy(json, accuracy);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WritePropertyName("contract");
            json.WriteRawValue(model.Contract.ToJson());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteAccuracy(Utf8JsonWriter json, HeadAccuracy accuracy)
    {
        if (accuracy.Interval is { } interval)
        {
            json.WriteNumber("accuracy", accuracy.Share!.Value);
            json.WriteNumber("accuracyLow", interval.Low);
            json.WriteNumber("accuracyHigh", interval.High);
        }
    }
}
