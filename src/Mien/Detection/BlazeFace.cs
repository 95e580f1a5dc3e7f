using System.Collections.Concurrent;
using System.Numerics;
using Microsoft.ML.OnnxRuntime;

namespace Mien;

/// <summary>
/// A BlazeFace network (Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", 2019).
/// Thread-safe; runs in progress complete before disposal frees the session.
/// </summary>
internal sealed class BlazeFace : IDisposable
{
    private readonly BlazeFaceLayout layout;
    private readonly InferenceSession session;
    private readonly RunOptions runOptions = new();
    private readonly ConcurrentBag<Buffers> buffers = [];
    private readonly UseCount uses;

    private BlazeFace(InferenceSession session, BlazeFaceLayout layout)
    {
        this.session = session;
        this.layout = layout;
        uses = new UseCount(Free, typeof(FaceDetector));
        NativeObjects.Made();
    }

    /// <summary>The side S of the square input, in pixels.</summary>
    public int Side => layout.Side;

    public static BlazeFace Open(DetectorModel model, ClassifierOptions options)
    {
        BlazeFaceLayout layout = BlazeFaceLayout.Of(model);
        using Stream stream =
            typeof(BlazeFace).Assembly.GetManifestResourceStream($"Mien.BlazeFace.{layout.File}.onnx")
            ?? throw new InvalidOperationException($"This build of Mien lacks the detector '{layout.File}'.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return SessionFactory.Open(
            options.Device,
            device => Open(bytes, $"the {layout.File} model of BlazeFace", layout, options, device)
        );
    }

    private static BlazeFace Open(
        byte[] model,
        string source,
        BlazeFaceLayout layout,
        ClassifierOptions options,
        InferenceDevice device
    )
    {
        var network = new BlazeFace(SessionFactory.Create(model, source, options, device), layout);
        try
        {
            // A warm-up run on zeros, so that the first real run is not slower than the following ones.
            Buffers used = network.Rent();
            network.buffers.Add(used);
            network.session.Run(network.runOptions, layout.Inputs, used.Inputs, layout.Outputs, used.Outputs);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Runs the network on one tile and adds the candidates it finds, in decoded pixels of the photo.
    /// </summary>
    /// <param name="photo">The photo.</param>
    /// <param name="tile">The part of the photo.</param>
    /// <param name="threshold">The minimum detection score, 0..1.</param>
    /// <param name="found">Receives the candidates.</param>
    /// <exception cref="ObjectDisposedException">The detector or the photo was disposed.</exception>
    public void Run(Photo photo, Tile tile, float threshold, List<FaceCandidate> found)
    {
        uses.Enter();
        try
        {
            Buffers used = Rent();
            try
            {
                InputMapping mapping = DetectorInput.Fill(photo, tile, Side, used.Input);
                session.Run(runOptions, layout.Inputs, used.Inputs, layout.Outputs, used.Outputs);
                for (int layer = 0; layer < layout.Layers.Length; layer++)
                {
                    Decode(
                        layout.Layers[layer],
                        used.Scores[layer],
                        used.Boxes[layer],
                        tile.Angle,
                        mapping,
                        threshold,
                        found
                    );
                }
            }
            catch (OnnxRuntimeException e)
            {
                throw new MienException(
                    ErrorKind.Internal,
                    "modelFailed",
                    $"The face detector failed: {e.Message}. Check that the program uses the version of ONNX Runtime "
                        + $"that Mien was built for.",
                    e
                );
            }
            finally
            {
                buffers.Add(used);
            }
        }
        finally
        {
            uses.Leave();
        }
    }

    public void Dispose() => uses.Close();

    /// <summary>
    /// Decodes the raw outputs of one layer to boxes and keypoints. Anchor i = (y·G + x)·A + a is centred on cell (x,
    /// y) of the G × G grid. Box centre and keypoints are offsets from that centre in input pixels; width and height
    /// are in input pixels too, without an exponential, because the anchors have a fixed size of 1. As in MediaPipe's
    /// TensorsToDetectionsCalculator with the options of its face detection graphs.
    /// </summary>
    private void Decode(
        (int Grid, int Anchors) layer,
        ReadOnlySpan<float> scores,
        ReadOnlySpan<float> boxes,
        int angle,
        InputMapping mapping,
        float threshold,
        List<FaceCandidate> found
    )
    {
        // The threshold as a logit (the inverse sigmoid), so that the sigmoid is computed only for the few anchors that
        // pass.
        float minimum =
            threshold <= 0 ? float.NegativeInfinity
            : threshold >= 1 ? float.PositiveInfinity
            : MathF.Log(threshold / (1 - threshold));
        for (int i = 0; i < scores.Length; i++)
        {
            if (!(scores[i] >= minimum))
            {
                continue;
            }

            int cell = i / layer.Anchors;
            float anchorX = ((cell % layer.Grid) + 0.5f) * Side / layer.Grid;
            float anchorY = ((cell / layer.Grid) + 0.5f) * Side / layer.Grid;
            ReadOnlySpan<float> values = boxes.Slice(i * FaceGeometry.Length, FaceGeometry.Length);
            FaceGeometry geometry = default;
            for (int v = 0; v < FaceGeometry.Length; v += 2)
            {
                var point = new Vector2(anchorX + values[v], anchorY + values[v + 1]);
                Vector2 value =
                    v == 2
                        ? new Vector2(values[v] * mapping.ScaleX, values[v + 1] * mapping.ScaleY)
                        : Vector2.Transform(point, mapping.ToPhoto);
                geometry[v] = value.X;
                geometry[v + 1] = value.Y;
            }

            if (geometry[2] > 0 && geometry[3] > 0)
            {
                // The score needs no clipping: if exp overflows to infinity, the sigmoid is exactly 0.
                found.Add(new FaceCandidate(1 / (1 + MathF.Exp(-scores[i])), geometry, layout.Model, angle));
            }
        }
    }

    private Buffers Rent() => buffers.TryTake(out Buffers? used) ? used : new Buffers(layout);

    private void Free()
    {
        while (buffers.TryTake(out Buffers? used))
        {
            used.Dispose();
        }

        runOptions.Dispose();
        session.Dispose();
        NativeObjects.Freed();
    }

    /// <summary>The tensors of one run; not thread-safe.</summary>
    private sealed class Buffers : IDisposable
    {
        public Buffers(BlazeFaceLayout layout)
        {
            Input = Pinned(layout.Side * layout.Side * 3);
            Inputs = [Tensor(Input, 1, layout.Side, layout.Side, 3)];
            Scores = [.. layout.Layers.Select(l => Pinned(l.Grid * l.Grid * l.Anchors))];
            Boxes = [.. Scores.Select(s => Pinned(s.Length * FaceGeometry.Length))];
            Outputs =
            [
                .. Scores.Select(s => Tensor(s, 1, s.Length, 1)),
                .. Boxes.Select(b => Tensor(b, 1, b.Length / FaceGeometry.Length, FaceGeometry.Length)),
            ];
            NativeObjects.Made(1 + Outputs.Length);
        }

        public float[] Input { get; }

        public float[][] Scores { get; }

        public float[][] Boxes { get; }

        public OrtValue[] Inputs { get; }

        public OrtValue[] Outputs { get; }

        public void Dispose()
        {
            Inputs[0].Dispose();
            foreach (OrtValue output in Outputs)
            {
                output.Dispose();
            }

            NativeObjects.Freed(1 + Outputs.Length);
        }

        // ONNX Runtime holds native pointers to these arrays, so they must not move. Arrays on the pinned object heap
        // never move and need no pinning handle per run.
        private static float[] Pinned(int length) => GC.AllocateArray<float>(length, pinned: true);

        private static OrtValue Tensor(float[] values, params long[] shape) =>
            OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values.AsMemory(), shape);
    }
}
