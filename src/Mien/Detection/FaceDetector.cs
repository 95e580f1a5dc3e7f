namespace Mien;

/// <summary>
/// Detects faces in photos with BlazeFace. Thread-safe. An instance holds the network's weights, so create one and
/// share it. Runs in progress complete before disposal frees the weights.
/// </summary>
public sealed class FaceDetector : IDisposable
{
    private readonly DetectorNetworks networks;
    private readonly DetectionPlan plan;
    private readonly int threads;

    internal FaceDetector(DetectorNetworks networks, DetectionPlan plan, int threads)
    {
        this.networks = networks;
        this.plan = plan;
        this.threads = threads;
    }

    /// <summary>Loads a detector. The networks are embedded in the library.</summary>
    /// <param name="model">The network.</param>
    /// <param name="options">
    /// The device, and the number of threads over which the tiles of a photo are distributed; <see langword="null"/>
    /// uses the defaults.
    /// </param>
    /// <returns>A detector that the caller must dispose.</returns>
    /// <exception cref="MienException">
    /// <c>noNativeLibrary</c>: the native library of ONNX Runtime is missing; <c>noCuda</c>,
    /// <c>noCoreMl</c>: the options request a device that is not available.
    /// </exception>
    public static FaceDetector Load(DetectorModel model = DetectorModel.Auto, ClassifierOptions? options = null) =>
        LoadWithMesh(model, options, null);

    /// <summary>Loads a detector that uses a face mesh of the caller.</summary>
    internal static FaceDetector LoadWithMesh(DetectorModel model, ClassifierOptions? options, FaceMesh? sharedMesh)
    {
        if (!Enum.IsDefined(model))
        {
            throw new ArgumentOutOfRangeException(nameof(model), model, "Expected Auto, Back, Front or Full.");
        }

        options ??= new ClassifierOptions();

        // The network is too small to gain from several threads (a run takes as long with two as with one), so each run
        // is single-threaded and the tiles of a photo run in parallel.
        var networks = new DetectorNetworks(options with { Threads = 1 }, sharedMesh);
        try
        {
            DetectionPlan plan = DetectionPlan.Of(model);
            networks.Load(plan.Whole[0]);
            return new FaceDetector(
                networks,
                plan,
                options.Threads == 0 ? Environment.ProcessorCount : options.Threads
            );
        }
        catch
        {
            networks.Dispose();
            throw;
        }
    }

    /// <summary>Detects the faces in a photo. Thread-safe.</summary>
    /// <param name="photo">The photo; neither modified nor retained.</param>
    /// <param name="options">
    /// Detection options; <see langword="null"/> uses <see cref="DetectionOptions.Default"/>.
    /// </param>
    /// <param name="cancellationToken">Cancels the work between two tiles.</param>
    /// <returns>The faces in reading order, line by line and from left to right; empty if there are none.</returns>
    /// <exception cref="ObjectDisposedException">The detector or the photo was disposed.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public IReadOnlyList<DetectedFace> Detect(
        Photo photo,
        DetectionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Detect(photo, options ?? DetectionOptions.Default, out _, cancellationToken);

    /// <summary>Frees the network once the runs in progress have ended. Later calls throw.</summary>
    public void Dispose() => networks.Dispose();

    internal IReadOnlyList<DetectedFace> Detect(
        Photo photo,
        DetectionOptions options,
        out int runs,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(photo);
        var search = new FaceSearch(networks, plan, photo, options, threads, cancellationToken);
        IReadOnlyList<DetectedFace> faces = Wanted(search.Faces(), photo, options);
        runs = search.Runs;
        return faces;
    }

    /// <summary>Prepares the detection in the frames of one video.</summary>
    /// <param name="options">Detection options.</param>
    /// <param name="threads">The number of threads over which the runs of a frame are distributed.</param>
    /// <param name="isFollowing">Whether faces are followed between complete searches.</param>
    internal FaceFollower Follow(DetectionOptions options, int threads, bool isFollowing) =>
        new(networks, plan, options, threads, isFollowing);

    /// <summary>Selects the faces that the caller asked for, in reading order.</summary>
    internal static IReadOnlyList<DetectedFace> Wanted(
        IEnumerable<FaceCandidate> found,
        Photo photo,
        DetectionOptions options
    )
    {
        IEnumerable<DetectedFace> faces = found
            .Select(c => c.InFullSize(photo).ToFace())
            .Where(f => f.Box.Width >= options.MinFace && f.Box.Height >= options.MinFace);
        if (options.MaxFaces > 0)
        {
            faces = faces.OrderByDescending(f => f.Box.Area).Take(options.MaxFaces);
        }

        return FaceMerger.InReadingOrder(faces);
    }
}
