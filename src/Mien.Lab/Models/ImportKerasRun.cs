using System.Globalization;
using Mien.CommandLine;
using Mien.Keras;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>Converts a Keras 2 model to an ONNX file with a contract.</summary>
internal sealed class ImportKerasRun(CommandConsole console)
{
    /// <summary>A file with structure and weights; <c>null</c> if they are in separate files.</summary>
    public string? Model { get; init; }

    /// <summary>A file with the structure as JSON.</summary>
    public string? Structure { get; init; }

    /// <summary>A file with the weights of <see cref="Structure"/>.</summary>
    public string? Weights { get; init; }

    /// <summary>The model file; <c>null</c> uses NAME.onnx in the current folder.</summary>
    public string? Output { get; init; }

    /// <summary>The checkpoint to write for fine-tuning; <c>null</c> for none.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>The network description to write; <c>null</c> for none.</summary>
    public string? Network { get; init; }

    /// <summary>Whether the weights are stored in half precision.</summary>
    public bool Half { get; init; }

    /// <summary>The part of the contract that a Keras file does not contain.</summary>
    public required KerasContract Contract { get; init; }

    /// <summary>Runs the command.</summary>
    /// <returns>The exit code.</returns>
    public int Execute()
    {
        KerasModel imported = Load();
        (ModelContract promise, IReadOnlyList<ContractLine> lines) = Contract.For(imported);
        string file = OutputPath.Prepare(Output ?? imported.Network.Name + ".onnx", "--output");
        string? start = Checkpoint is { } c ? OutputPath.Prepare(c, "--checkpoint") : null;
        string? description = Network is { } n ? OutputPath.Prepare(n, "--network") : null;
        using OutputLock alone = OutputLock.Take([file, start, description]);
        ImportedModelWriter.Write(imported, promise, file, Half);
        if (start is not null)
        {
            CheckpointWriter.Write(start, imported.Network, imported.Weights);
        }

        if (description is not null)
        {
            OutputFile.WriteText(description, imported.Network.ToJson() + "\n");
        }

        Report(imported, lines);
        console.Out.WriteLine($"{file}: {ModelFile.Size(file)}");
        WriteFollowing(promise, file, start, description);
        return ExitCodes.Done;
    }

    private KerasModel Load() =>
        (Model, Structure, Weights) switch
        {
            ({ } file, null, null) => KerasImporter.Load(file, Contract.ImportOptions()),
            (null, { } json, { } file) => KerasImporter.Load(json, file, Contract.ImportOptions()),
            (null, null, null) => throw new UsageException(
                "No model was given. Give MODEL, or --structure and --weights."
            ),
            (null, _, null) => throw new UsageException("--structure needs --weights, the file with the weights."),
            (null, null, _) => throw new UsageException(
                "--weights needs --structure, the structure as JSON. Give a file with both as MODEL."
            ),
            _ => throw new UsageException(
                "Give either MODEL, a file with structure and weights, or --structure and --weights."
            ),
        };

    private void Report(KerasModel imported, IReadOnlyList<ContractLine> lines)
    {
        NetworkGraph graph = NetworkGraph.Build(imported.Network);
        string types = string.Join(
            ", ",
            imported.LayerTypes.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Value} {t.Key}"))
        );
        string origin = imported.KerasVersion is { } version
            ? $"Keras {version}{(imported.Backend is { } backend ? $" ({backend})" : "")}"
            : "Keras, version not in the file";
        console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{imported.Network.Name}: {origin}, {imported.LayerCount} layers, {graph.Parameters:N0} "
                    + $"parameters, {graph.Macs:N0} MACs per image"
            )
        );
        console.Out.WriteLine($"Layers: {types}");
        var table = new ConsoleTable();
        table.Column("contract", wrap: false).Column("").Column("source");
        foreach (ContractLine line in lines)
        {
            table.Row(line.Subject, line.Value, line.Origin);
        }

        table.WriteTo(console);
        foreach (string note in imported.Notes)
        {
            console.Out.WriteLine($"note: {note}");
        }
    }

    private void WriteFollowing(ModelContract promise, string file, string? start, string? description)
    {
        if (start is not null)
        {
            string scaling = (promise.Scale, promise.Offset) switch
            {
                (1f / 255, 0) => "unit",
                (2f / 255, -1) => "signed",
                _ => "standard",
            };
            console.Out.WriteLine(
                $"{start}: {ModelFile.Size(start)}; fine-tune it with: mien-lab train RECIPE "
                    + $"--from {ShellText.Quoted(start)} --scaling {scaling} --data fer2013.csv"
            );
        }

        if (description is not null)
        {
            console.Out.WriteLine(
                $"{description}: the network description; show it with: mien-lab networks show "
                    + $"{ShellText.Quoted(description)}"
            );
        }

        console.Out.WriteLine(
            $"Compare it with the published accuracy: mien evaluate {ShellText.Quoted(file)} fer2013.csv"
        );
        console.Out.WriteLine(
            "A much lower accuracy means that scaling, label order or resampling is wrong (docs/keras.md)."
        );
    }
}
