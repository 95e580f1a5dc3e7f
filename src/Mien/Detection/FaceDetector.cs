namespace Mien;

/// <summary>
/// Detects faces in photos with BlazeFace. Thread-safe. An instance holds the network's weights, so create one and
/// share it. Runs in progress complete before disposal frees the weights.
/// </summary>
public sealed class FaceDetector : IDisposable
{
    /// <summary>
    /// A box within this distance of an inner edge of its tile, in widths of the box, may be cut off there and is
    /// dropped; a neighbouring tile or the previous level contains the whole face.
    /// </summary>
    private const float EdgeMargin = 0.02f;

    private readonly BlazeFace network;
    private readonly DetectorModel model;
    private readonly int threads;

    private FaceDetector(BlazeFace network, DetectorModel model, int threads)
    {
        this.network = network;
        this.model = model;
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
    /// <c>noNativeLibrary</c>: the native library of ONNX Runtime is missing; <c>noCuda</c>: the options request CUDA,
    /// which is not available.
    /// </exception>
    public static FaceDetector Load(DetectorModel model = DetectorModel.Back, ClassifierOptions? options = null)
    {
        if (!Enum.IsDefined(model))
        {
            throw new ArgumentOutOfRangeException(nameof(model), model, "Expected Back, Front or Full.");
        }

        options ??= new ClassifierOptions();

        // The network is too small to gain from several threads (a run takes as long with two as with one), so each run
        // is single-threaded and the tiles of a photo run in parallel.
        return new FaceDetector(
            BlazeFace.Open(model, options with { Threads = 1 }),
            model,
            options.Threads == 0 ? Environment.ProcessorCount : options.Threads
        );
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
    public void Dispose() => network.Dispose();

    internal IReadOnlyList<DetectedFace> Detect(
        Photo photo,
        DetectionOptions options,
        out int runs,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(photo);
        List<Tile> tiles = TilePlan.Tiles(
            photo.PixelWidth,
            photo.PixelHeight,
            TilePlan.Levels(Math.Max(photo.Width, photo.Height), options.Tiles, model)
        );
        var found = new List<FaceCandidate>[tiles.Count];
        Concurrent.For(
            tiles.Count,
            threads,
            i => found[i] = DetectIn(photo, tiles[i], options.MinScore),
            cancellationToken
        );

        // Concatenate in tile order, so that the result does not depend on which tile finished first.
        List<FaceCandidate> all = [.. found.SelectMany(f => f)];
        runs = tiles.Count;
        IEnumerable<DetectedFace> faces = FaceMerger
            .Merge(all)
            .Select(c => InFullSize(c, photo).ToFace())
            .Where(f => f.Box.Width >= options.MinFace && f.Box.Height >= options.MinFace);
        if (options.MaxFaces > 0)
        {
            faces = faces.OrderByDescending(f => f.Box.Area).Take(options.MaxFaces);
        }

        return FaceMerger.InReadingOrder(faces);
    }

    private List<FaceCandidate> DetectIn(Photo photo, Tile tile, float threshold)
    {
        var found = new List<FaceCandidate>();
        network.Run(photo, tile, threshold, found);
        found.RemoveAll(c => IsCut(c.Box, tile, photo));
        return found;
    }

    private static bool IsCut(FaceBox box, Tile tile, Photo photo)
    {
        float margin = EdgeMargin * box.Width;
        return (tile.X > 0 && box.X < tile.X + margin)
            || (tile.Y > 0 && box.Y < tile.Y + margin)
            || (tile.X + tile.Width < photo.PixelWidth && box.Right > tile.X + tile.Width - margin)
            || (tile.Y + tile.Height < photo.PixelHeight && box.Bottom > tile.Y + tile.Height - margin);
    }

    private static FaceCandidate InFullSize(FaceCandidate candidate, Photo photo)
    {
        FaceGeometry geometry = candidate.Geometry;
        for (int i = 0; i < FaceGeometry.Length; i += 2)
        {
            geometry[i] /= photo.ScaleX;
            geometry[i + 1] /= photo.ScaleY;
        }

        return candidate with
        {
            Geometry = geometry,
        };
    }
}
