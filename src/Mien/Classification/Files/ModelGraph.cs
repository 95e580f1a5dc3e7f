using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Mien;

/// <summary>Reads the contract of an opened graph and checks the graph against it. Thread-safe.</summary>
internal static class ModelGraph
{
    /// <summary>The maximum number of features, which bounds the memory of a run.</summary>
    public const int MaxFeatures = 65536;

    /// <summary>Reads the contract in the metadata of a graph.</summary>
    /// <exception cref="MienException"><c>noContract</c>, <c>badContract</c>.</exception>
    public static ModelContract ReadContract(InferenceSession session, string source) =>
        session.ModelMetadata.CustomMetadataMap.TryGetValue(ModelContract.MetadataKey, out string? json)
            ? ModelContract.FromJson(json, source)
            : throw new MienException(
                ErrorKind.BadInput,
                "noContract",
                $"{source}: the ONNX model has no metadata entry '{ModelContract.MetadataKey}', which describes its "
                    + $"input and output. Write the file with mien-lab export, which adds the entry."
            );

    /// <summary>Checks that input and outputs of a graph are those of its contract.</summary>
    /// <exception cref="MienException"><c>contractMismatch</c>.</exception>
    public static void Check(InferenceSession session, ModelContract contract, string source)
    {
        if (session.InputNames is not [string input] || input != contract.InputName)
        {
            throw Mismatch(
                $"the contract declares one input '{contract.InputName}', the graph has "
                    + $"'{string.Join("', '", session.InputNames)}'"
            );
        }

        if (!session.OutputNames.Contains(contract.OutputName))
        {
            throw Mismatch(
                $"the contract declares the output '{contract.OutputName}', the graph has "
                    + $"'{string.Join("', '", session.OutputNames)}'"
            );
        }

        NodeMetadata found = session.InputMetadata[contract.InputName];
        if (
            !Fits(found, -1, contract.Channels, contract.Height, contract.Width)
            && !Fits(found, 1, contract.Channels, contract.Height, contract.Width)
        )
        {
            throw Mismatch(
                $"the contract declares an input of float [N, {contract.Channels}, {contract.Height}, "
                    + $"{contract.Width}], the graph has {Shape(found)}"
            );
        }

        found = session.OutputMetadata[contract.OutputName];
        if (found.Dimensions.Length != 0 && !Fits(found, found.Dimensions[0], contract.OutputCount))
        {
            throw Mismatch(
                $"for {contract.Labels.Count} labels{OfHeads(contract)} the output must be float "
                    + $"[N, {contract.OutputCount}], the graph has {Shape(found)}"
            );
        }

        if (contract.Maps is { Name: var maps })
        {
            found = Found(maps, "class activation maps");
            if (
                found.Dimensions is not [var images, _, > 0 and var rows, > 0 and var columns]
                || !Fits(found, images, contract.OutputCount, rows, columns)
                || (long)rows * columns > ModelSession.MaxValues
                || (long)contract.OutputCount * rows * columns > ModelSession.MaxValues
            )
            {
                throw Mismatch(
                    $"the class activation maps '{maps}' must be float [N, {contract.OutputCount}, rows, columns], "
                        + $"the graph has {Shape(found)}"
                );
            }
        }

        if (contract.FeaturesName is { } features)
        {
            found = Found(features, "features");
            if (
                found.Dimensions is not [var images, > 0 and <= MaxFeatures and var count]
                || !Fits(found, images, count)
            )
            {
                throw Mismatch(
                    $"the features '{features}' must be float [N, 1 to {MaxFeatures}], the graph has {Shape(found)}"
                );
            }
        }

        if (contract.Guard is { Name: var guard })
        {
            found = Found(guard, "distance to the training faces");
            if (found.Dimensions is not [var images, _] || !Fits(found, images, 1))
            {
                throw Mismatch(
                    $"the distance to the training faces '{guard}' must be float [N, 1], the graph has {Shape(found)}"
                );
            }
        }

        NodeMetadata Found(string name, string what) =>
            session.OutputNames.Contains(name)
                ? session.OutputMetadata[name]
                : throw Mismatch(
                    $"the contract declares the {what} '{name}', the graph has the outputs "
                        + $"'{string.Join("', '", session.OutputNames)}'"
                );

        static string OfHeads(ModelContract contract) => contract.Heads is { } heads ? $" and {heads.Count} heads" : "";

        MienException Mismatch(string what) =>
            new(
                ErrorKind.BadInput,
                "contractMismatch",
                $"{source}: the model does not match its contract: {what}. Export it again with mien-lab export."
            );
    }

    /// <summary>
    /// Checks whether a tensor is of type float and has these dimensions; all but the first may be left open in the
    /// graph.
    /// </summary>
    private static bool Fits(NodeMetadata tensor, params ReadOnlySpan<int> sides)
    {
        if (
            !tensor.IsTensor
            || tensor.ElementDataType != TensorElementType.Float
            || tensor.Dimensions.Length != sides.Length
            || tensor.Dimensions[0] != sides[0]
        )
        {
            return false;
        }

        for (int i = 1; i < sides.Length; i++)
        {
            if (tensor.Dimensions[i] != sides[i] && tensor.Dimensions[i] != -1)
            {
                return false;
            }
        }

        return true;
    }

    private static string Shape(NodeMetadata value) =>
        value.IsTensor
            ? $"{value.ElementDataType.ToString().ToLowerInvariant()} "
                + $"[{string.Join(", ", value.Dimensions.Select(Side))}]"
            : "not a tensor";

    private static string Side(int side) => side < 0 ? "N" : side.ToString(CultureInfo.InvariantCulture);
}
