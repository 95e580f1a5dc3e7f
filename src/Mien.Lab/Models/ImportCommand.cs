using System.CommandLine;
using Mien.CommandLine;

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
        Option<bool> half = ModelFile.HalfOption();
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
            new ImportKerasRun(CommandConsole.Of(result))
            {
                Model = result.GetValue(model),
                Structure = result.GetValue(structure),
                Weights = result.GetValue(weights),
                Output = result.GetValue(output),
                Checkpoint = result.GetValue(checkpoint),
                Network = result.GetValue(network),
                Half = result.GetValue(half),
                Contract = contract.Of(result),
            }.Execute()
        );
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
}
