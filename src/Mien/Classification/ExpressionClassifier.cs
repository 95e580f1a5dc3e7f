using System.Buffers;

namespace Mien;

/// <summary>
/// Names the expression of faces: face crops go in, a probability per label each comes out. One instance serves any
/// number of threads; it holds the network's weights, so create one and keep it. Disposing lets runs under way end
/// first.
/// </summary>
public sealed partial class ExpressionClassifier : IDisposable
{
    private readonly ModelSession session;

    private ExpressionClassifier(ModelSession session) => this.session = session;

    /// <summary>How an image becomes the model's input and what its output means, as the model file says.</summary>
    public ModelContract Contract => session.Contract;

    /// <summary>
    /// What the network runs on: <see cref="InferenceDevice.Cpu"/> or <see cref="InferenceDevice.Cuda"/>, never
    /// <see cref="InferenceDevice.Auto"/>.
    /// </summary>
    public InferenceDevice Device => session.Device;

    /// <summary>Loads the default built-in model, <see cref="BuiltInModels.Default"/>.</summary>
    /// <param name="options">Threads and device; <see langword="null"/>: the defaults.</param>
    /// <returns>A classifier that the caller disposes of.</returns>
    /// <exception cref="MienException">
    /// <c>unknownModel</c>: this build holds no model; <c>noNativeLibrary</c>: the program lacks ONNX Runtime;
    /// <c>noCuda</c>: the options ask for CUDA, which is not there.
    /// </exception>
    public static ExpressionClassifier Load(ClassifierOptions? options = null) => Load(BuiltInModels.Default, options);

    /// <summary>Loads a built-in model by its name, or a model file.</summary>
    /// <param name="model">
    /// One of <see cref="BuiltInModels.Names"/>, or the path of an ONNX file with a contract in its metadata, as
    /// <c>mien-lab export</c> writes it. A file that has a built-in model's name is meant by <c>./NAME</c>.
    /// </param>
    /// <param name="options">Threads and device; <see langword="null"/>: the defaults.</param>
    /// <returns>A classifier that the caller disposes of.</returns>
    /// <exception cref="MienException">
    /// <c>fileNotFound</c>, <c>isDirectory</c>, <c>noPermission</c>, <c>badPath</c>, <c>unreadableFile</c>,
    /// <c>emptyFile</c>, <c>tooLarge</c>; <c>notAModel</c>: no ONNX model, or a damaged one; <c>noContract</c>;
    /// <c>badContract</c>; <c>contractMismatch</c>: the graph's input or output is another than the contract says;
    /// <c>modelFailed</c>: a first run on black failed; <c>noNativeLibrary</c>; <c>noCuda</c>; <c>unknownModel</c> for
    /// <see cref="BuiltInModels.Default"/> in a build without it.
    /// </exception>
    public static ExpressionClassifier Load(string model, ClassifierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (BuiltInModels.Names.Contains(model) || (model == BuiltInModels.Default && !Path.Exists(model)))
        {
            using Stream stream = BuiltInModels.Open(model);
            return Load(stream, options, model);
        }

        byte[] bytes;
        try
        {
            bytes = InputFile.Read(model, "model", Array.MaxLength);
        }
        catch (MienException e) when (e.Code == "fileNotFound")
        {
            throw new MienException(
                e.Kind,
                e.Code,
                $"{model}: there is no such model file, and no built-in model of that name "
                    + $"({BuiltInModels.List()}). Check the path.",
                e
            );
        }

        return new ExpressionClassifier(ModelSession.Open(bytes, model, options ?? new ClassifierOptions()));
    }

    /// <summary>Loads a model from a stream, from its position to its end.</summary>
    /// <param name="stream">A readable stream of an ONNX file, which need not be seekable and stays open.</param>
    /// <param name="options">Threads and device; <see langword="null"/>: the defaults.</param>
    /// <param name="name">Where it comes from, for messages; <see langword="null"/>: "model".</param>
    /// <returns>A classifier that the caller disposes of.</returns>
    /// <exception cref="MienException">As for a file.</exception>
    public static ExpressionClassifier Load(Stream stream, ClassifierOptions? options = null, string? name = null) =>
        new(
            ModelSession.Open(
                InputFile.Read(stream, name ?? "model", "model", Array.MaxLength),
                name ?? "model",
                options ?? new ClassifierOptions()
            )
        );

    /// <summary>Classifies one face. Thread-safe.</summary>
    /// <param name="face">A face crop of any size; brought to the model's size with the contract's kernel.</param>
    /// <returns>Calibrated probabilities, one per label of the contract.</returns>
    /// <exception cref="ObjectDisposedException">This classifier was disposed of.</exception>
    /// <exception cref="MienException"><c>modelFailed</c>: the network gave something that is no number.</exception>
    public ExpressionResult Classify(GrayImage face)
    {
        ArgumentNullException.ThrowIfNull(face);
        return Classify([face])[0];
    }

    /// <summary>
    /// Classifies several faces, up to 64 in one run of the network, which is quicker than one by one. Thread-safe.
    /// </summary>
    /// <param name="faces">Face crops of any sizes; none is changed or kept.</param>
    /// <returns>A result a face, in their order.</returns>
    /// <exception cref="ArgumentException">A face is <see langword="null"/>.</exception>
    /// <exception cref="ObjectDisposedException">This classifier was disposed of.</exception>
    /// <exception cref="MienException"><c>modelFailed</c>: the network gave something that is no number.</exception>
    public ExpressionResult[] Classify(IReadOnlyList<GrayImage> faces)
    {
        ArgumentNullException.ThrowIfNull(faces);
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

                Classify(pixels.AsSpan(0, count * size), count, probabilities.AsSpan(0, count * labels));
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
    /// Classifies images that have the model's size already, without copying or allocating anything of their size.
    /// Thread-safe.
    /// </summary>
    /// <param name="pixels">
    /// count × height × width gray values 0..255, image after image, row by row, of the contract's width and height.
    /// </param>
    /// <param name="count">The number of images; any, they are run 64 at a time.</param>
    /// <param name="probabilities">
    /// Receives count × labels probabilities, a row an image, in the order of <see cref="ModelContract.Labels"/>.
    /// </param>
    /// <exception cref="ArgumentException">A span has another length than that.</exception>
    /// <exception cref="ObjectDisposedException">This classifier was disposed of.</exception>
    /// <exception cref="MienException"><c>modelFailed</c>: the network gave something that is no number.</exception>
    public void Classify(ReadOnlySpan<byte> pixels, int count, Span<float> probabilities)
    {
        ComputeLogits(pixels, count, probabilities);
        int labels = session.Labels.Count;
        for (int i = 0; i < count; i++)
        {
            Softmax.InPlace(probabilities.Slice(i * labels, labels), Contract.Temperature);
        }
    }

    /// <summary>
    /// The scores before temperature and softmax, for fitting a temperature:
    /// <see cref="Classify(ReadOnlySpan{byte}, int, Span{float})"/> is <see cref="Softmax.InPlace"/> of these with the
    /// contract's temperature. Of a model whose output is probabilities, their natural logarithms. Thread-safe.
    /// </summary>
    /// <param name="pixels">As for <see cref="Classify(ReadOnlySpan{byte}, int, Span{float})"/>.</param>
    /// <param name="count">The number of images.</param>
    /// <param name="logits">
    /// Receives count × labels scores in the order of <see cref="ModelContract.Labels"/>.
    /// </param>
    /// <exception cref="ArgumentException">A span has another length than that.</exception>
    /// <exception cref="ObjectDisposedException">This classifier was disposed of.</exception>
    /// <exception cref="MienException"><c>modelFailed</c>: the network gave something that is no number.</exception>
    public void ComputeLogits(ReadOnlySpan<byte> pixels, int count, Span<float> logits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int size = Contract.Width * Contract.Height;
        int labels = session.Labels.Count;
        if (pixels.Length != (long)count * size)
        {
            throw new ArgumentException(
                $"{count} image(s) of {Contract.Width}×{Contract.Height} are {(long)count * size} pixels, "
                    + $"got {pixels.Length}.",
                nameof(pixels)
            );
        }

        if (logits.Length != (long)count * labels)
        {
            throw new ArgumentException(
                $"{count} image(s) have {(long)count * labels} outputs, the span has room " + $"for {logits.Length}.",
                nameof(logits)
            );
        }

        for (int first = 0; first < count; first += session.BatchSize)
        {
            int batch = Math.Min(session.BatchSize, count - first);
            session.Run(pixels.Slice(first * size, batch * size), batch, logits.Slice(first * labels, batch * labels));
        }

        if (Contract.Output == ModelOutput.Probabilities)
        {
            foreach (ref float value in logits)
            {
                // The smallest normal number stands for zero, whose logarithm could not be divided by a temperature and
                // compared.
                value = MathF.Log(MathF.Max(value, 1.17549435e-38f));
            }
        }
    }

    /// <summary>A result of this model's labels.</summary>
    internal ExpressionResult Result(ReadOnlySpan<float> probabilities) =>
        new(new LabelScores(session.Labels, probabilities));

    /// <summary>Frees the network's weights once the runs under way have ended; later calls throw.</summary>
    public void Dispose() => session.Dispose();
}
