using System.Buffers;

namespace Mien;

/// <summary>
/// Classifies face crops: returns one calibrated probability per label for each crop. Thread-safe. An instance holds
/// the network's weights, so create one and share it. Runs in progress complete before disposal frees the weights.
/// </summary>
public sealed partial class ExpressionClassifier : IDisposable
{
    private readonly ModelSession session;

    private ExpressionClassifier(ModelSession session) => this.session = session;

    /// <summary>The metadata of the model file: input size, normalisation, label order and more.</summary>
    public ModelContract Contract => session.Contract;

    /// <summary>
    /// The device in use: <see cref="InferenceDevice.Cpu"/>, <see cref="InferenceDevice.Cuda"/> or
    /// <see cref="InferenceDevice.CoreMl"/>, never <see cref="InferenceDevice.Auto"/>.
    /// </summary>
    public InferenceDevice Device => session.Device;

    /// <summary>Loads the default built-in model, <see cref="BuiltInModels.Default"/>.</summary>
    /// <param name="options">Threads and device; <see langword="null"/> uses the defaults.</param>
    /// <returns>A classifier that the caller must dispose.</returns>
    /// <exception cref="MienException">
    /// <c>unknownModel</c>: this build has no model; <c>noNativeLibrary</c>: the native library of ONNX Runtime is
    /// missing; <c>noCuda</c>, <c>noCoreMl</c>: the options request a device that is not available.
    /// </exception>
    public static ExpressionClassifier Load(ClassifierOptions? options = null) => Load(BuiltInModels.Default, options);

    /// <summary>Loads a built-in model by name, or a model file by path.</summary>
    /// <param name="model">
    /// One of <see cref="BuiltInModels.Names"/>, or the path of an ONNX file with a contract in its metadata, as
    /// written by <c>mien-lab export</c>. Write <c>./NAME</c> for a file that has the name of a built-in model.
    /// </param>
    /// <param name="options">Threads and device; <see langword="null"/> uses the defaults.</param>
    /// <returns>A classifier that the caller must dispose.</returns>
    /// <exception cref="MienException">
    /// <c>fileNotFound</c>, <c>isDirectory</c>, <c>noPermission</c>, <c>badPath</c>, <c>unreadableFile</c>,
    /// <c>emptyFile</c>, <c>tooLarge</c> (over 1 GiB); <c>notAModel</c>: not an ONNX model, or a damaged one;
    /// <c>unsafeModel</c>: the file refers to other files, uses operators or functions from outside ONNX's standard, or
    /// claims sizes that it does not hold; <c>noContract</c>: the metadata holds no contract; <c>badContract</c>: the
    /// contract is invalid; <c>contractMismatch</c>: the input or output of the graph differs from the contract;
    /// <c>modelFailed</c>: the first run, on a black image, failed; <c>noNativeLibrary</c>; <c>noCuda</c>;
    /// <c>noCoreMl</c>; <c>unknownModel</c>: <see cref="BuiltInModels.Default"/> in a build without it.
    /// </exception>
    public static ExpressionClassifier Load(string model, ClassifierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (BuiltInModels.Names.Contains(model) || (model == BuiltInModels.Default && !Path.Exists(model)))
        {
            using Stream stream = BuiltInModels.Open(model);
            return Open(InputFile.Read(stream, model, "model", Array.MaxLength), options, model);
        }

        byte[] bytes;
        try
        {
            bytes = InputFile.Read(model, "model", ModelFileCheck.MaxBytes);
        }
        catch (MienException e) when (e.Code == "fileNotFound")
        {
            throw new MienException(
                e.Kind,
                e.Code,
                $"{model}: there is no such model file, and this build has no model of that name; "
                    + $"{BuiltInModels.List()}. Check the path.",
                e
            );
        }

        ModelFileCheck.Check(bytes, model);
        return Open(bytes, options, model);
    }

    /// <summary>Loads a model from a stream, from the current position to the end.</summary>
    /// <param name="stream">A readable stream of an ONNX file; need not be seekable and is left open.</param>
    /// <param name="options">Threads and device; <see langword="null"/> uses the defaults.</param>
    /// <param name="name">The name of the source for error messages; <see langword="null"/> uses "model".</param>
    /// <returns>A classifier that the caller must dispose.</returns>
    /// <exception cref="MienException">As for <see cref="Load(string, ClassifierOptions)"/>.</exception>
    public static ExpressionClassifier Load(Stream stream, ClassifierOptions? options = null, string? name = null)
    {
        string source = name ?? "model";
        byte[] bytes = InputFile.Read(stream, source, "model", ModelFileCheck.MaxBytes);
        ModelFileCheck.Check(bytes, source);
        return Open(bytes, options, source);
    }

    private static ExpressionClassifier Open(byte[] bytes, ClassifierOptions? options, string source) =>
        new(ModelSession.Open(bytes, source, options ?? new ClassifierOptions()));

    /// <summary>Classifies one face. Thread-safe.</summary>
    /// <param name="face">
    /// A face crop of any size; resized to the input size with the kernel of the contract. Neither modified nor
    /// retained.
    /// </param>
    /// <param name="head">
    /// The head whose predictions to use, one of <see cref="ModelContract.HeadNames"/>; <see langword="null"/> uses the
    /// default of the model.
    /// </param>
    /// <returns>Calibrated probabilities, one per label of the contract.</returns>
    /// <exception cref="ObjectDisposedException">This classifier was disposed.</exception>
    /// <exception cref="MienException">
    /// <c>modelFailed</c>: the network's output is not finite; <c>noSuchHead</c>: the model has no such head.
    /// </exception>
    public ExpressionResult Classify(GrayImage face, string? head = null)
    {
        ArgumentNullException.ThrowIfNull(face);
        return Classify([face], head)[0];
    }

    /// <summary>
    /// Classifies several faces, up to 64 per run of the network, which is faster than one by one. Thread-safe.
    /// </summary>
    /// <param name="faces">Face crops of any sizes. Neither modified nor retained.</param>
    /// <param name="head">
    /// The head whose predictions to use, one of <see cref="ModelContract.HeadNames"/>; <see langword="null"/> uses the
    /// default of the model.
    /// </param>
    /// <returns>One result per face, in the same order.</returns>
    /// <exception cref="ArgumentException">A face is <see langword="null"/>.</exception>
    /// <exception cref="ObjectDisposedException">This classifier was disposed.</exception>
    /// <exception cref="MienException">
    /// <c>modelFailed</c>: the network's output is not finite; <c>noSuchHead</c>: the model has no such head.
    /// </exception>
    public ExpressionResult[] Classify(IReadOnlyList<GrayImage> faces, string? head = null)
    {
        ArgumentNullException.ThrowIfNull(faces);
        HeadReader used = session.Head(head);
        var results = new ExpressionResult[faces.Count];
        int size = Contract.Width * Contract.Height;
        int batch = Math.Min(session.BatchSize, faces.Count);
        int labels = session.Labels.Count;
        byte[] pixels = ArrayPool<byte>.Shared.Rent(batch * size);
        float[] probabilities = ArrayPool<float>.Shared.Rent(batch * labels);
        try
        {
            for (int first = 0; first < faces.Count; first += batch)
            {
                int count = Math.Min(batch, faces.Count - first);
                for (int i = 0; i < count; i++)
                {
                    GrayImage face =
                        faces[first + i] ?? throw new ArgumentException($"Face {first + i} is null.", nameof(faces));
                    Resampler.Resize(
                        face.Pixels,
                        face.Width,
                        face.Height,
                        pixels.AsSpan(i * size, size),
                        Contract.Width,
                        Contract.Height,
                        Contract.Resize
                    );
                }

                Classify(pixels.AsSpan(0, count * size), count, probabilities.AsSpan(0, count * labels), used);
                for (int i = 0; i < count; i++)
                {
                    results[first + i] = Result(probabilities.AsSpan(i * labels, labels));
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
            ArrayPool<float>.Shared.Return(probabilities);
        }

        return results;
    }

    /// <summary>
    /// Classifies images that already have the model's input size, without copying them or allocating memory of their
    /// size. Thread-safe.
    /// </summary>
    /// <param name="pixels">
    /// count × height × width gray values 0..255, image after image and row by row, with the width and height of the
    /// contract.
    /// </param>
    /// <param name="count">The number of images, 0 or more; each run takes up to 64 of them.</param>
    /// <param name="probabilities">
    /// Receives count × labels probabilities 0..1, one row per image, in the order of
    /// <see cref="ModelContract.Labels"/>.
    /// </param>
    /// <param name="head">
    /// The head whose predictions to use, one of <see cref="ModelContract.HeadNames"/>; <see langword="null"/> uses the
    /// default of the model.
    /// </param>
    /// <exception cref="ArgumentException">The length of a span does not match the count.</exception>
    /// <exception cref="ObjectDisposedException">This classifier was disposed.</exception>
    /// <exception cref="MienException">
    /// <c>modelFailed</c>: the network's output is not finite; <c>noSuchHead</c>: the model has no such head.
    /// </exception>
    public void Classify(ReadOnlySpan<byte> pixels, int count, Span<float> probabilities, string? head = null) =>
        Classify(pixels, count, probabilities, session.Head(head));

    /// <summary>
    /// Computes the logits, before temperature and softmax, for example to fit a temperature.
    /// <see cref="Classify(ReadOnlySpan{byte}, int, Span{float}, string)"/> applies <see cref="Softmax.InPlace"/> to
    /// them with the temperature of the head (<see cref="ModelContract.SelectHead"/>). For a model that outputs
    /// probabilities, the logits are their natural logarithms. Those of a blend are the weighted sums of the heads'
    /// log-probabilities, log q in <see cref="HeadBlend"/>. Thread-safe.
    /// </summary>
    /// <param name="pixels">As for <see cref="Classify(ReadOnlySpan{byte}, int, Span{float}, string)"/>.</param>
    /// <param name="count">The number of images.</param>
    /// <param name="logits">
    /// Receives count × labels logits, one row per image, in the order of <see cref="ModelContract.Labels"/>.
    /// </param>
    /// <param name="head">
    /// The head whose predictions to use, one of <see cref="ModelContract.HeadNames"/>; <see langword="null"/> uses the
    /// default of the model.
    /// </param>
    /// <exception cref="ArgumentException">The length of a span does not match the count.</exception>
    /// <exception cref="ObjectDisposedException">This classifier was disposed.</exception>
    /// <exception cref="MienException">
    /// <c>modelFailed</c>: the network's output is not finite; <c>noSuchHead</c>: the model has no such head.
    /// </exception>
    public void ComputeLogits(ReadOnlySpan<byte> pixels, int count, Span<float> logits, string? head = null) =>
        Compute(pixels, count, logits, session.Labels.Count, session.Head(head));

    /// <summary>
    /// The heads in the order of <see cref="ModelContract.HeadNames"/>; a model with one head has one without a name.
    /// They take their logits out of the outputs of <see cref="ComputeOutputs(ReadOnlySpan{byte}, int, Span{float})"/>.
    /// </summary>
    internal IReadOnlyList<HeadReader> Heads => session.Heads;

    /// <summary>Gets the head of a name; <see langword="null"/> selects the default.</summary>
    /// <exception cref="MienException"><c>noSuchHead</c>: the model has no such head.</exception>
    internal HeadReader Head(string? name) => session.Head(name);

    /// <summary>
    /// Computes the outputs of all heads in one pass, for callers that need several heads. Thread-safe.
    /// </summary>
    /// <param name="pixels">As for <see cref="Classify(ReadOnlySpan{byte}, int, Span{float}, string)"/>.</param>
    /// <param name="count">The number of images.</param>
    /// <param name="outputs">
    /// Receives count × <see cref="HeadReader.OutputCount"/> logits. <see cref="HeadReader.Read"/> takes those of a
    /// head.
    /// </param>
    internal void ComputeOutputs(ReadOnlySpan<byte> pixels, int count, Span<float> outputs) =>
        Compute(pixels, count, outputs, Contract.OutputCount, head: null);

    /// <summary>Computes the outputs of all heads, and the distances to the training faces.</summary>
    /// <param name="pixels">As for <see cref="Classify(ReadOnlySpan{byte}, int, Span{float}, string)"/>.</param>
    /// <param name="count">The number of images.</param>
    /// <param name="outputs">As for <see cref="ComputeOutputs(ReadOnlySpan{byte}, int, Span{float})"/>.</param>
    /// <param name="distances">
    /// Receives count distances to the training faces if the model has a guard; empty otherwise, or if they are not
    /// needed.
    /// </param>
    internal void ComputeOutputs(ReadOnlySpan<byte> pixels, int count, Span<float> outputs, Span<float> distances) =>
        Compute(pixels, count, outputs, Contract.OutputCount, head: null, distances);

    /// <summary>Classifies as the public method of that name, with the head found.</summary>
    /// <param name="pixels">As for <see cref="Classify(ReadOnlySpan{byte}, int, Span{float}, string)"/>.</param>
    /// <param name="count">The number of images.</param>
    /// <param name="probabilities">Receives count × labels probabilities.</param>
    /// <param name="head">The head.</param>
    /// <param name="distances">
    /// Receives count distances to the training faces if the model has a guard; empty otherwise, or if they are not
    /// needed.
    /// </param>
    internal void Classify(
        ReadOnlySpan<byte> pixels,
        int count,
        Span<float> probabilities,
        HeadReader head,
        Span<float> distances = default
    )
    {
        int labels = session.Labels.Count;
        Compute(pixels, count, probabilities, labels, head, distances);
        for (int i = 0; i < count; i++)
        {
            Softmax.InPlace(probabilities.Slice(i * labels, labels), head.Head.Temperature);
        }
    }

    /// <summary>Computes logits as the public method does, with the head found.</summary>
    internal void ComputeLogits(ReadOnlySpan<byte> pixels, int count, Span<float> logits, HeadReader head) =>
        Compute(pixels, count, logits, session.Labels.Count, head);

    /// <summary>
    /// Computes logits or raw outputs, and the distances to the training faces if there is room for them.
    /// </summary>
    private void Compute(
        ReadOnlySpan<byte> pixels,
        int count,
        Span<float> logits,
        int columns,
        HeadReader? head,
        Span<float> distances = default
    )
    {
        CheckLengths(pixels, count, logits, columns);
        int size = Contract.Width * Contract.Height;
        for (int first = 0; first < count; first += session.BatchSize)
        {
            int batch = Math.Min(session.BatchSize, count - first);
            ReadOnlySpan<byte> images = pixels.Slice(first * size, batch * size);
            Span<float> computed = logits.Slice(first * columns, batch * columns);
            if (distances.IsEmpty)
            {
                session.Run(images, batch, computed, head);
            }
            else
            {
                session.RunGuarded(images, batch, computed, distances.Slice(first, batch), head);
            }
        }

        ToLogits(logits);
    }

    private void CheckLengths(ReadOnlySpan<byte> pixels, int count, Span<float> logits, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int size = Contract.Width * Contract.Height;
        if (pixels.Length != (long)count * size)
        {
            throw new ArgumentException(
                $"{count} image(s) of {Contract.Width}×{Contract.Height} need {(long)count * size} pixels, "
                    + $"got {pixels.Length}.",
                nameof(pixels)
            );
        }

        if (logits.Length != (long)count * columns)
        {
            throw new ArgumentException(
                $"{count} image(s) need {(long)count * columns} outputs, got a span of {logits.Length}.",
                nameof(logits)
            );
        }
    }

    private void ToLogits(Span<float> outputs)
    {
        if (Contract.Output == ModelOutput.Probabilities)
        {
            foreach (ref float value in outputs)
            {
                // Zero is replaced by the smallest normal float: the logarithm of 0 is −∞, for which the
                // log-probabilities and temperatures derived from it are not defined.
                value = MathF.Log(MathF.Max(value, 1.17549435e-38f));
            }
        }
    }

    /// <summary>Creates a result with the labels of this model.</summary>
    internal ExpressionResult Result(ReadOnlySpan<float> probabilities) =>
        new(new LabelScores(session.Labels, probabilities));

    /// <summary>Frees the network once the runs in progress have ended. Later calls throw.</summary>
    public void Dispose() => session.Dispose();
}
