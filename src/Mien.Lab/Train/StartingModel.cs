using System.Text.Json;
using Mien.CommandLine;
using Mien.Data;
using Mien.Networks;
using Mien.Training;
using static TorchSharp.torch;

namespace Mien.Lab;

/// <summary>A model whose weights a training starts with: a built-in one, or an ONNX file of Mien. Immutable.</summary>
internal sealed class StartingModel
{
    private readonly OnnxWeights read;
    private readonly NetworkGraph graph;

    private StartingModel(string name, ModelContract contract, NetworkDescription network, OnnxWeights read)
    {
        Name = name;
        TrainingData = contract.TrainingData;
        Network = network;
        graph = NetworkGraph.Build(network);
        this.read = read;
    }

    /// <summary>What <c>--from</c> said: the name of a built-in model, or a full path.</summary>
    public string Name { get; }

    /// <summary>The network, with the heads of the model.</summary>
    public NetworkDescription Network { get; }

    /// <summary>The data that the model was trained with, as text; <c>null</c> if its contract does not say.</summary>
    public string? TrainingData { get; }

    /// <summary>Whether <c>--from</c> names a model instead of a checkpoint.</summary>
    public static bool Is(string from) =>
        (BuiltInModels.Names.Contains(from) && !File.Exists(from))
        || from.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a model.</summary>
    /// <param name="model">The name of a built-in model, or the path of an ONNX file.</param>
    /// <param name="fallback">The network to use if the recipe in the model names one that is not registered.</param>
    /// <exception cref="MienException">
    /// The file cannot be read, is no model of Mien, or has the weights of another network.
    /// </exception>
    public static StartingModel Read(string model, Func<NetworkDescription> fallback)
    {
        if (!BuiltInModels.Names.Contains(model) && !File.Exists(model))
        {
            throw new UsageException($"--from: file '{model}' not found, expected a model (.onnx).");
        }

        ModelContract contract;
        using (ExpressionClassifier classifier = ExpressionClassifier.Load(model))
        {
            contract = classifier.Contract;
        }

        string? trained = NetworkName(contract);
        NetworkDescription network =
            trained is not null && NetworkFiles.IsRegistered(trained) ? RegisteredNetworks.Get(trained) : fallback();
        if (contract.Heads is { Count: > 1 } heads)
        {
            network = network.WithHeads([.. heads.OrderBy(h => h.Offset).Select(h => h.Name)]);
        }

        try
        {
            return new StartingModel(
                BuiltInModels.Names.Contains(model) ? model : Path.GetFullPath(model),
                contract,
                network,
                OnnxWeights.Read(ModelFile.Read(model), NetworkGraph.Build(network), model)
            );
        }
        catch (NetworkException e)
        {
            // What is wrong is the file, not the command.
            throw new MienException(ErrorKind.BadInput, "badModel", e.Message, e);
        }
    }

    /// <summary>Writes a checkpoint to start a training with. Needs libtorch.</summary>
    /// <param name="path">The file.</param>
    /// <param name="recipe">The recipe of the training.</param>
    /// <param name="images">The data; images of Training are used.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public void Write(
        string path,
        TrainingRecipe recipe,
        FaceDataset images,
        Device device,
        CancellationToken cancellationToken
    ) =>
        CheckpointWriter.Write(
            path,
            Network,
            BatchNormRecovery.Recover(graph, read, recipe, Folds.Trained(recipe, images), device, cancellationToken)
        );

    private static string? NetworkName(ModelContract contract)
    {
        try
        {
            return
                contract.Recipe is { } recipe
                && JsonDocument.Parse(recipe).RootElement.TryGetProperty("network", out JsonElement name)
                && name.ValueKind == JsonValueKind.String
                ? name.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null; // a contract may say in words how its model was made
        }
    }
}
