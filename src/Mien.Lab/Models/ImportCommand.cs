using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Lab;

/// <summary><c>mien-lab import</c>: imports networks that other programs trained.</summary>
internal static class ImportCommand
{
    public static Command Create() =>
        new Command("import", "Imports networks that other programs trained: Keras 2 models (HDF5).")
        {
            CreateKeras(),
        }.WithExamples(("mien-lab import keras model.h5", "convert a Keras model to ONNX with a contract"));

    private static Command CreateKeras()
    {
        Argument<string?> model = new Argument<string?>("MODEL")
        {
            Description =
                "A Keras 2 model with structure and weights, as model.save('model.h5') writes it (.h5, .hdf5).",
            Arity = ArgumentArity.ZeroOrOne,
        }.RejectUnknownOptions();
        var structure = new Option<string?>("--structure")
        {
            Description = "Instead of MODEL: the structure as JSON, from model.to_json(). Needs --weights.",
            HelpName = "FILE.json",
        };
        var weights = new Option<string?>("--weights")
        {
            Description = "The weights of --structure, as model.save_weights('weights.h5') writes them.",
            HelpName = "FILE.h5",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The model file; by default NAME.onnx in the current folder.",
            HelpName = "FILE.onnx",
        };
        var checkpoint = new Option<string?>("--checkpoint")
        {
            Description = "Also write the weights for fine-tuning: 'mien-lab train RECIPE --from FILE'.",
            HelpName = "FILE.safetensors",
        };
        var network = new Option<string?>("--network")
        {
            Description = "Also write the network description.",
            HelpName = "FILE.json",
        };
        Option<bool> half = ModelFile.HalfOption();
        var contract = new KerasContractOptions();
        var command = new Command(
            "keras",
            "Converts a Keras 2 model to one ONNX file with a contract. Options give what the file does not contain: "
                + "the scaling of pixels, the label order and the resampling of faces. docs/keras.md explains how to "
                + "find these."
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
            ("mien-lab import keras model.h5", "inputs of 0 to 1, labels in the order of fer2013.csv"),
            (
                "mien-lab import keras --structure model.json --weights model.h5",
                "structure and weights in separate files"
            ),
            (
                "mien-lab import keras fer2013_mini_XCEPTION.102-0.66.hdf5 --scaling -1..1 --name mini-xception",
                "mini-Xception of oarriaga/face_classification"
            ),
            (
                "mien-lab import keras vgg.h5 --mean 129.5 --std 65 --labels alphabetical --resize nearest",
                "standardised inputs, labels from flow_from_directory"
            ),
            (
                "mien-lab import keras model.h5 --checkpoint start.safetensors",
                "also for fine-tuning: mien-lab train --from start.safetensors"
            )
        );
    }
}
