using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;

namespace Mien;

/// <summary>
/// MediaPipe's face mesh (Kartynnik et al., "Real-time Facial Surface Geometry from Monocular Video on Mobile GPUs",
/// 2019): whether a box contains a face, and 468 points of its surface. The network is loaded by the first run.
/// Thread-safe; runs in progress complete before disposal frees the session.
/// </summary>
/// <param name="options">The device. Each run is single-threaded, as for <see cref="BlazeFace"/>.</param>
internal sealed class FaceMesh(ClassifierOptions options) : IDisposable
{
    /// <summary>The number of points.</summary>
    public const int Points = 468;

    // As named in the npm package @mediapipe/face_mesh.
    private static readonly string[] Inputs = ["input_1"];
    private static readonly string[] Outputs = ["conv2d_21", "conv2d_31"];

    private readonly Lock loading = new();
    private Network? network;
    private bool isDisposed;

    /// <summary>Computes how certain the network is that a box contains a face.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="box">The bounding box, in pixels of the photo in full resolution.</param>
    /// <param name="roll">The roll angle of the face in degrees, positive clockwise.</param>
    /// <returns>0..1; MediaPipe takes a face to be present from 0.5.</returns>
    /// <exception cref="ObjectDisposedException">The mesh or the photo was disposed.</exception>
    /// <exception cref="MienException">
    /// <c>modelFailed</c>, <c>noCuda</c>, <c>noCoreMl</c>, <c>noNativeLibrary</c>.
    /// </exception>
    public float Presence(Photo photo, FaceBox box, float roll) => Presence(photo, box, roll, []);

    /// <summary>Computes the presence, and the points of the face.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="box">The bounding box, in pixels of the photo in full resolution.</param>
    /// <param name="roll">The roll angle of the face in degrees, positive clockwise.</param>
    /// <param name="points">
    /// Receives the <see cref="Points"/> points in pixels of the photo in full resolution, in the order of MediaPipe's
    /// face mesh; empty if they are not needed. Meaningless unless a face is present.
    /// </param>
    /// <returns>As without points.</returns>
    public float Presence(Photo photo, FaceBox box, float roll, Span<FacePoint> points) =>
        Loaded().Run(photo, FaceMeshSquare.Of(box, roll), points);

    /// <summary>Frees the network once the runs in progress have ended. Later calls throw.</summary>
    public void Dispose()
    {
        Network? loaded;
        lock (loading)
        {
            isDisposed = true;
            loaded = network;
        }

        loaded?.Dispose();
    }

    private Network Loaded()
    {
        lock (loading)
        {
            ObjectDisposedException.ThrowIf(isDisposed, typeof(FaceDetector));
            return network ??= Network.Open(options with { Threads = 1 });
        }
    }

    private sealed class Network : IDisposable
    {
        private readonly InferenceSession session;
        private readonly RunOptions runOptions = new();
        private readonly ConcurrentBag<Buffers> buffers = [];
        private readonly UseCount uses;

        private Network(InferenceSession session)
        {
            this.session = session;
            uses = new UseCount(Free, typeof(FaceDetector));
            NativeObjects.Made();
        }

        public static Network Open(ClassifierOptions options)
        {
            using Stream stream =
                typeof(FaceMesh).Assembly.GetManifestResourceStream("Mien.FaceMesh.onnx")
                ?? throw new InvalidOperationException("This build of Mien lacks the face mesh.");
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return SessionFactory.Open(options.Device, device => Open(bytes, options, device));
        }

        public float Run(Photo photo, FaceMeshSquare square, Span<FacePoint> points)
        {
            uses.Enter();
            try
            {
                Buffers used = Rent();
                try
                {
                    FaceMeshInput.Fill(photo, square, used.Input);
                    session.Run(runOptions, FaceMesh.Inputs, used.Inputs, FaceMesh.Outputs, used.Outputs);
                    for (int i = 0; i < points.Length; i++)
                    {
                        points[i] = square.ToPhoto(used.Points[i * 3], used.Points[(i * 3) + 1]);
                    }

                    // If exp overflows to infinity, the sigmoid is exactly 0.
                    return 1 / (1 + MathF.Exp(-used.Presence[0]));
                }
                catch (OnnxRuntimeException e)
                {
                    throw new MienException(
                        ErrorKind.Internal,
                        "modelFailed",
                        $"The face mesh failed: {e.Message}. Check that the program uses the version of ONNX Runtime "
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

        private static Network Open(byte[] model, ClassifierOptions options, InferenceDevice device)
        {
            var network = new Network(SessionFactory.Create(model, "the face mesh", options, device));
            try
            {
                // A warm-up run on zeros, so that the first real run is not slower than the following ones.
                Buffers used = network.Rent();
                network.buffers.Add(used);
                network.session.Run(network.runOptions, FaceMesh.Inputs, used.Inputs, FaceMesh.Outputs, used.Outputs);
                return network;
            }
            catch
            {
                network.Dispose();
                throw;
            }
        }

        private Buffers Rent() => buffers.TryTake(out Buffers? used) ? used : new Buffers();

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
    }

    /// <summary>The tensors of one run; not thread-safe.</summary>
    private sealed class Buffers : IDisposable
    {
        public Buffers()
        {
            Inputs = [Tensor(Input, 1, FaceMeshSquare.Side, FaceMeshSquare.Side, 3)];
            Outputs = [Tensor(Points, 1, 1, 1, Points.Length), Tensor(Presence, 1, 1, 1, 1)];
            NativeObjects.Made(1 + Outputs.Length);
        }

        public float[] Input { get; } = Pinned(FaceMeshSquare.Side * FaceMeshSquare.Side * 3);

        /// <summary>Three values per point: x and y in input pixels, and the depth.</summary>
        public float[] Points { get; } = Pinned(FaceMesh.Points * 3);

        /// <summary>The logit.</summary>
        public float[] Presence { get; } = Pinned(1);

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

        // Not moved by the garbage collector: ONNX Runtime holds native pointers to these arrays.
        private static float[] Pinned(int length) => GC.AllocateArray<float>(length, pinned: true);

        private static OrtValue Tensor(float[] values, params long[] shape) =>
            OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values.AsMemory(), shape);
    }
}
