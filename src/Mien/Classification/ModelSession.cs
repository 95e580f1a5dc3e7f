using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Mien;

/// <summary>
/// An ONNX Runtime session whose graph was validated against its contract. Thread-safe; runs in progress complete
/// before disposal frees the session.
/// </summary>
internal sealed class ModelSession : IDisposable
{
    /// <summary>The maximum number of images per run, which bounds the memory of a run.</summary>
    public const int MaxBatch = 64;

    private readonly InferenceSession session;
    private readonly string source;
    private readonly string[] inputNames;
    private readonly float[] normalised = new float[256];
    private readonly RunOptions runOptions = new();
    private readonly OutputTensor scoreOutput;
    private readonly OutputTensor? mapOutput;
    private readonly UseCount uses;
    private long runs;

    private ModelSession(InferenceSession session, ModelContract contract, string source, InferenceDevice device)
    {
        this.session = session;
        this.source = source;
        Device = device;
        Contract = contract;
        uses = new UseCount(Free, typeof(ExpressionClassifier));
        Labels = new LabelSet(contract.Labels);
        inputNames = [contract.InputName];
        Heads = HeadReader.Of(contract);
        scoreOutput = new OutputTensor(contract.OutputName, contract.OutputCount);
        if (contract.Maps is { } maps)
        {
            int[] sides = session.OutputMetadata[maps.Name].Dimensions;
            (MapHeight, MapWidth) = (sides[2], sides[3]);
            mapOutput = new OutputTensor(maps.Name, contract.OutputCount, MapHeight, MapWidth);
        }

        for (int i = 0; i < normalised.Length; i++)
        {
            normalised[i] = (i * contract.Scale) + contract.Offset;
        }

        BatchSize = session.InputMetadata[contract.InputName].Dimensions[0] == 1 ? 1 : MaxBatch;
        NativeObjects.Made();
    }

    public ModelContract Contract { get; }

    /// <summary>The labels of the contract.</summary>
    public LabelSet Labels { get; }

    /// <summary>
    /// The heads in the order of <see cref="ModelContract.HeadNames"/>; the first one is the default.
    /// </summary>
    public IReadOnlyList<HeadReader> Heads { get; }

    /// <summary>The device in use, never <see cref="InferenceDevice.Auto"/>.</summary>
    public InferenceDevice Device { get; }

    /// <summary>The maximum number of images per run; 1 for a graph with a fixed batch size of 1.</summary>
    public int BatchSize { get; }

    /// <summary>Rows of a class activation map; 0 if the model has none.</summary>
    public int MapHeight { get; }

    /// <summary>Columns of a class activation map; 0 if the model has none.</summary>
    public int MapWidth { get; }

    /// <summary>The number of runs so far, including the first run on a black image.</summary>
    public long Runs => Interlocked.Read(ref runs);

    /// <summary>Opens a model from the bytes of its file and runs it once on a black image.</summary>
    /// <param name="model">The bytes of the ONNX file.</param>
    /// <param name="source">The name of the source for error messages.</param>
    /// <param name="options">Threads and device.</param>
    /// <exception cref="MienException">
    /// The bytes are not an ONNX model, the contract is missing or does not match the graph, or the device is not
    /// available.
    /// </exception>
    public static ModelSession Open(byte[] model, string source, ClassifierOptions options) =>
        SessionFactory.Open(options.Device, device => Open(model, source, options, device));

    private static ModelSession Open(byte[] model, string source, ClassifierOptions options, InferenceDevice device)
    {
        InferenceSession session = SessionFactory.Create(model, source, options, device);
        ModelSession? opened = null;
        try
        {
            ModelContract contract = ReadContract(session, source);
            CheckGraph(session, contract, source);
            opened = new ModelSession(session, contract, source, device);

            // A warm-up run on a black image. It reveals output shapes that the file leaves open, and it moves the
            // one-time cost of ONNX Runtime's allocations out of the first real run.
            opened.Run(
                new byte[contract.Channels * contract.Height * contract.Width],
                1,
                new float[contract.OutputCount]
            );
            return opened;
        }
        catch
        {
            // An opened session also owns the buffers of the failed run, so dispose it as a whole.
            if (opened is null)
            {
                session.Dispose();
            }
            else
            {
                opened.Dispose();
            }

            throw;
        }
    }

    /// <summary>Runs the network once on a batch of images.</summary>
    /// <param name="pixels">count × height × width gray values 0..255.</param>
    /// <param name="count">The number of images, 1 to <see cref="BatchSize"/>.</param>
    /// <param name="scores">
    /// Receives count × labels logits of the head, or count × <see cref="HeadReader.OutputCount"/> raw outputs.
    /// </param>
    /// <param name="head">The head; <see langword="null"/> gives the raw outputs of all heads.</param>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    /// <exception cref="MienException">
    /// <c>modelFailed</c>: ONNX Runtime reports an error, or an output is not finite.
    /// </exception>
    public void Run(ReadOnlySpan<byte> pixels, int count, Span<float> scores, HeadReader? head = null) =>
        Run(scoreOutput, pixels, count, scores, head);

    /// <summary>Runs the network once and fetches its class activation maps, which the contract must declare.</summary>
    /// <param name="pixels">As for <see cref="Run(ReadOnlySpan{byte}, int, Span{float}, HeadReader)"/>.</param>
    /// <param name="count">The number of images, 1 to <see cref="BatchSize"/>.</param>
    /// <param name="maps">
    /// Receives count × <see cref="HeadReader.OutputCount"/> × <see cref="MapHeight"/> × <see cref="MapWidth"/> values.
    /// </param>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    /// <exception cref="MienException">
    /// <c>modelFailed</c>: ONNX Runtime reports an error, or an output is not finite.
    /// </exception>
    public void RunMaps(ReadOnlySpan<byte> pixels, int count, Span<float> maps) =>
        Run(mapOutput!, pixels, count, maps, null);

    /// <summary>Gets the head of a name; <see langword="null"/> selects the default.</summary>
    /// <exception cref="MienException"><c>noSuchHead</c>: the model has no such head.</exception>
    public HeadReader Head(string? name)
    {
        if (name is null)
        {
            return Heads[0];
        }

        foreach (HeadReader head in Heads)
        {
            if (head.Head.Name == name)
            {
                return head;
            }
        }

        throw Contract.NoSuchHead(name);
    }

    public void Dispose() => uses.Close();

    private void Run(OutputTensor target, ReadOnlySpan<byte> pixels, int count, Span<float> values, HeadReader? head)
    {
        uses.Enter();
        try
        {
            Interlocked.Increment(ref runs);
            Workspace workspace = target.Workspaces.TryTake(out Workspace? used)
                ? used
                : new Workspace(Contract, target);
            try
            {
                workspace.Prepare(count);
                Span<float> input = workspace.Input;
                for (int i = 0; i < input.Length; i++)
                {
                    input[i] = normalised[pixels[i]];
                }

                session.Run(runOptions, inputNames, workspace.InputValues, target.Names, workspace.OutputValues);
                Check(workspace.Output);
                if (head is null)
                {
                    workspace.Output.CopyTo(values);
                }
                else
                {
                    head.Read(workspace.Output, values);
                }
            }
            catch (OnnxRuntimeException e)
            {
                throw new MienException(
                    ErrorKind.Internal,
                    "modelFailed",
                    $"{source}: the model failed on {count} image(s) of {Contract.Width}×{Contract.Height}: "
                        + $"{e.Message}. Export it again with mien-lab export.",
                    e
                );
            }
            finally
            {
                target.Workspaces.Add(workspace);
            }
        }
        finally
        {
            uses.Leave();
        }
    }

    private static ModelContract ReadContract(InferenceSession session, string source) =>
        session.ModelMetadata.CustomMetadataMap.TryGetValue(ModelContract.MetadataKey, out string? json)
            ? ModelContract.FromJson(json, source)
            : throw new MienException(
                ErrorKind.BadInput,
                "noContract",
                $"{source}: the ONNX model has no metadata entry '{ModelContract.MetadataKey}', which describes its "
                    + $"input and output. Write the file with mien-lab export, which adds the entry."
            );

    private static void CheckGraph(InferenceSession session, ModelContract contract, string source)
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
            if (!session.OutputNames.Contains(maps))
            {
                throw Mismatch(
                    $"the contract declares the class activation maps '{maps}', the graph has the outputs "
                        + $"'{string.Join("', '", session.OutputNames)}'"
                );
            }

            found = session.OutputMetadata[maps];
            if (
                found.Dimensions is not [var images, _, > 0 and var rows, > 0 and var columns]
                || !Fits(found, images, contract.OutputCount, rows, columns)
            )
            {
                throw Mismatch(
                    $"the class activation maps '{maps}' must be float [N, {contract.OutputCount}, rows, columns], "
                        + $"the graph has {Shape(found)}"
                );
            }
        }

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

    private void Free()
    {
        foreach (OutputTensor? output in (OutputTensor?[])[scoreOutput, mapOutput])
        {
            while (output is not null && output.Workspaces.TryTake(out Workspace? workspace))
            {
                workspace.Dispose();
            }
        }

        runOptions.Dispose();
        session.Dispose();
        NativeObjects.Freed();
    }

    private void Check(ReadOnlySpan<float> output)
    {
        foreach (float value in output)
        {
            if (!float.IsFinite(value))
            {
                throw new MienException(
                    ErrorKind.Internal,
                    "modelFailed",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{source}: the model's output for an image is {value}, expected a finite number. Its weights "
                            + $"are damaged or its training diverged: export another checkpoint with mien-lab export."
                    )
                );
            }
        }
    }
}
