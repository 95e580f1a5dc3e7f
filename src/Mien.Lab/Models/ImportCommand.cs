using System.CommandLine;
using System.Globalization;
using Mien.CommandLine;
using Mien.Keras;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary><c>mien-lab import</c>: networks that other programs trained.</summary>
internal static class ImportCommand
{
    public static Command Create() =>
        new Command("import", "Brings networks along that other programs trained: Keras 2 models (HDF5).")
        {
            CreateKeras(),
        }.WithExamples(("mien-lab import keras model.h5", "a Keras model as ONNX with a contract"));

    private static Command CreateKeras()
    {
        Argument<string?> model = new Argument<string?>("MODEL")
        {
            Description = "A Keras 2 model with its structure inside: what model.save('model.h5') writes (.h5, .hdf5).",
            Arity = ArgumentArity.ZeroOrOne,
        }.RejectUnknownOptions();
        var structure = new Option<string?>("--structure")
        {
            Description = "Instead of MODEL: the structure as JSON, as model.to_json() gives it; with --weights.",
            HelpName = "FILE.json",
        };
        var weights = new Option<string?>("--weights")
        {
            Description = "The weights of --structure, as model.save_weights('weights.h5') writes them.",
            HelpName = "FILE.h5",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The model file; by default NAME.onnx in this folder.",
            HelpName = "FILE.onnx",
        };
        var checkpoint = new Option<string?>("--checkpoint")
        {
            Description = "Also write the weights to train on: 'mien-lab train RECIPE --from FILE'.",
            HelpName = "FILE.safetensors",
        };
        var network = new Option<string?>("--network")
        {
            Description = "Also write the network's description.",
            HelpName = "FILE.json",
        };
        var half = new Option<bool>("--half")
        {
            Description = "Store weights in half precision: half the size; computation stays in single precision.",
        };
        var contract = new KerasContractOptions();
        var command = new Command(
            "keras",
            "Reads a Keras 2 model and writes it as one ONNX file with its contract. What the file does not "
                + "say is told by options: how pixels were scaled, the order of the classes, how faces were resized. "
                + "docs/keras.md tells how to find that out."
        )
        {
            model,
            structure,
            weights,
            output,
            checkpoint,
            network,
            half,
        };
        contract.AddTo(command);
        command.SetAction(result =>
        {
            CommandConsole console = CommandConsole.Of(result);
            KerasModel imported = Load(
                result.GetValue(model),
                result.GetValue(structure),
                result.GetValue(weights),
                contract.ImportOptions(result)
            );
            (ModelContract promise, IReadOnlyList<ContractLine> lines) = contract.Contract(imported, result);
            string file = OutputFiles.Check(result.GetValue(output) ?? imported.Network.Name + ".onnx", "--output");
            string? start = result.GetValue(checkpoint) is { } c ? OutputFiles.Check(c, "--checkpoint") : null;
            string? description = result.GetValue(network) is { } n ? OutputFiles.Check(n, "--network") : null;
            ImportedModelWriter.Write(imported, promise, file, result.GetValue(half));
            if (start is not null)
            {
                CheckpointWriter.Write(start, imported.Network, imported.Weights);
            }

            if (description is not null)
            {
                OutputFile.WriteText(description, imported.Network.ToJson() + "\n");
            }

            Report(console, imported, lines);
            console.Out.WriteLine($"{file}: {Size(file)}");
            WriteFollowing(console, promise, file, start, description);
            return ExitCodes.Done;
        });
        return command.WithExamples(
            ("mien-lab import keras model.h5", "inputs of 0 to 1, classes in the order of fer2013.csv"),
            (
                "mien-lab import keras --structure model.json --weights model.h5",
                "structure and weights apart, as the predecessor keeps them"
            ),
            (
                "mien-lab import keras fer2013_mini_XCEPTION.102-0.66.hdf5 --scaling -1..1 --name mini-xception",
                "mini-Xception of oarriaga/face_classification"
            ),
            (
                "mien-lab import keras vgg.h5 --mean 129.5 --std 65 --labels alphabetical --resize nearest",
                "standardised inputs, classes from flow_from_directory"
            ),
            (
                "mien-lab import keras model.h5 --checkpoint start.safetensors",
                "also to train on: mien-lab train --from start.safetensors"
            )
        );
    }

    private static KerasModel Load(string? model, string? structure, string? weights, KerasImportOptions options) =>
        (model, structure, weights) switch
        {
            ({ } file, null, null) => KerasImporter.Load(file, options),
            (null, { } json, { } file) => KerasImporter.Load(json, file, options),
            (null, null, null) => throw new UsageException(
                "No model is named. Give MODEL, or --structure and --weights."
            ),
            (null, _, null) => throw new UsageException("--structure needs --weights, the file of the weights."),
            (null, null, _) => throw new UsageException(
                "--weights needs --structure, the JSON of the structure; a file that holds both is given as MODEL."
            ),
            _ => throw new UsageException(
                "Give either MODEL, a file that holds structure and weights, or --structure and --weights."
            ),
        };

    private static void Report(CommandConsole console, KerasModel imported, IReadOnlyList<ContractLine> lines)
    {
        NetworkGraph graph = NetworkGraph.Build(imported.Network);
        string types = string.Join(
            ", ",
            imported.LayerTypes.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Value} {t.Key}"))
        );
        string origin = imported.KerasVersion is { } version
            ? $"Keras {version}{(imported.Backend is { } backend ? $" ({backend})" : "")}"
            : "Keras, of a version that the file does not name";
        console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{imported.Network.Name}: {origin}, {imported.LayerCount} layers, {graph.Parameters:N0} "
                    + $"parameters, {graph.MultiplyAdds:N0} multiply-adds an image"
            )
        );
        console.Out.WriteLine($"Layers: {types}");
        var table = new ConsoleTable();
        table.Column("contract", wrap: false).Column("").Column("where it comes from");
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

    private static void WriteFollowing(
        CommandConsole console,
        ModelContract promise,
        string file,
        string? start,
        string? description
    )
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
                $"{start}: {Size(start)}; train on with: mien-lab train RECIPE "
                    + $"--from {ShellText.Quoted(start)} --scaling {scaling} --data fer2013.csv"
            );
        }

        if (description is not null)
        {
            console.Out.WriteLine(
                $"{description}: the network; see it with: mien-lab networks show {ShellText.Quoted(description)}"
            );
        }

        console.Out.WriteLine(
            $"Check it against the accuracy that was published: mien evaluate {ShellText.Quoted(file)} fer2013.csv"
        );
        console.Out.WriteLine(
            "An accuracy far below it means that scaling, label order or resizing is another one (docs/keras.md)."
        );
    }

    private static string Size(string path)
    {
        long bytes = new FileInfo(path).Length;
        return bytes < 1_000_000
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:F1} kB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB");
    }
}
