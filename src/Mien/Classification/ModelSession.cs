using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace Mien;

/// <summary>
/// An ONNX Runtime session whose graph was validated against its contract. Thread-safe; runs in progress complete
/// before disposal frees the session.
/// </summary>
internal sealed class ModelSession : IDisposable
{
    /// <summary>The maximum number of images per run, which bounds the memory of a run.</summary>
    public const int MaxBatch = 64;

    /// <summary>
    /// The maximum number of values in the input of a run or in one of its outputs: 64 MiB. A contract may state
    /// 4096×4096 pixels, of which a run then takes one image.
    /// </summary>
    public const int MaxValues = 1 << 24;

    private readonly InferenceSession session;
    private readonly string source;
    private readonly string[] inputNames;
    private readonly float[] normalised = new float[256];
    private readonly RunOptions runOptions = new();
    private readonly OutputSet scoreOutput;
    private readonly OutputSet? guardedOutput;
    private readonly OutputSet? featureOutput;
    private readonly OutputSet? mapOutput;
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
        var scores = new OutputTensor(contract.OutputName, contract.OutputCount);
        scoreOutput = new OutputSet(scores);
        if (contract.Guard is { } guard)
        {
            guardedOutput = new OutputSet(scores, new OutputTensor(guard.Name, 1));
        }

        if (contract.FeaturesName is { } features)
        {
            FeatureCount = session.OutputMetadata[features].Dimensions[1];
            featureOutput = new OutputSet(scores, new OutputTensor(features, FeatureCount));
        }

        if (contract.Maps is { } maps)
        {
            int[] sides = session.OutputMetadata[maps.Name].Dimensions;
            (MapHeight, MapWidth) = (sides[2], sides[3]);
            mapOutput = new OutputSet(new OutputTensor(maps.Name, contract.OutputCount, MapHeight, MapWidth));
        }

        for (int i = 0; i < normalised.Length; i++)
        {
            normalised[i] = (i * contract.Scale) + contract.Offset;
        }

        int largest = Math.Max(contract.Channels * contract.Height * contract.Width, LargestOutput());
        BatchSize =
            session.InputMetadata[contract.InputName].Dimensions[0] == 1
                ? 1
                : Math.Clamp(MaxValues / largest, 1, MaxBatch);
        NativeObjects.Made();
    }

    public ModelContract Contract { get; }

    /// <summary>The name of the source for error messages.</summary>
    public string Source => source;

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

    /// <summary>The number of features per image; 0 if the model has no output for them.</summary>
    public int FeatureCount { get; }

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
            ModelContract contract = ModelGraph.ReadContract(session, source);
            ModelGraph.Check(session, contract, source);
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

    /// <summary>Runs the network once, and fetches the distances to the training faces in the same run.</summary>
    /// <param name="pixels">As for <see cref="Run(ReadOnlySpan{byte}, int, Span{float}, HeadReader)"/>.</param>
    /// <param name="count">The number of images, 1 to <see cref="BatchSize"/>.</param>
    /// <param name="scores">As for <see cref="Run(ReadOnlySpan{byte}, int, Span{float}, HeadReader)"/>.</param>
    /// <param name="distances">Receives count distances; the contract must declare a guard.</param>
    /// <param name="head">The head; <see langword="null"/> gives the raw outputs of all heads.</param>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    /// <exception cref="MienException">
    /// <c>modelFailed</c>: ONNX Runtime reports an error, or an output is not finite.
    /// </exception>
    public void RunGuarded(
        ReadOnlySpan<byte> pixels,
        int count,
        Span<float> scores,
        Span<float> distances,
        HeadReader? head
    ) => Run(guardedOutput!, pixels, count, scores, head, distances);

    /// <summary>Runs the network once and fetches its features, which the contract must declare.</summary>
    /// <param name="pixels">As for <see cref="Run(ReadOnlySpan{byte}, int, Span{float}, HeadReader)"/>.</param>
    /// <param name="count">The number of images, 1 to <see cref="BatchSize"/>.</param>
    /// <param name="features">Receives count × <see cref="FeatureCount"/> values.</param>
    /// <param name="outputs">Receives count × <see cref="HeadReader.OutputCount"/> raw outputs.</param>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    /// <exception cref="MienException">
    /// <c>modelFailed</c>: ONNX Runtime reports an error, or an output is not finite.
    /// </exception>
    public void RunFeatures(ReadOnlySpan<byte> pixels, int count, Span<float> features, Span<float> outputs) =>
        Run(featureOutput!, pixels, count, outputs, null, features);

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

    private void Run(
        OutputSet target,
        ReadOnlySpan<byte> pixels,
        int count,
        Span<float> values,
        HeadReader? head,
        Span<float> second = default
    )
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
                Check(workspace.Output(0));
                if (head is null)
                {
                    workspace.Output(0).CopyTo(values);
                }
                else
                {
                    head.Read(workspace.Output(0), values);
                }

                if (target.Tensors.Length > 1)
                {
                    Check(workspace.Output(1));
                    workspace.Output(1).CopyTo(second);
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

    private int LargestOutput() =>
        ((OutputSet?[])[scoreOutput, guardedOutput, featureOutput, mapOutput]).Max(o =>
            o?.Tensors.Max(t => t.Values) ?? 0
        );

    private void Free()
    {
        foreach (OutputSet? output in (OutputSet?[])[scoreOutput, guardedOutput, featureOutput, mapOutput])
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
