namespace Mien;

/// <summary>
/// Finds the faces in photos, with BlazeFace. One instance serves any number of threads; create one and keep it.
/// Disposing lets runs under way end first.
/// </summary>
public sealed class FaceDetector : IDisposable
{
    /// <summary>
    /// A box that comes so near to a tile's inner edge (in widths of the box) may be cut there; another tile or level
    /// has it whole.
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

    /// <summary>Loads a detector; the networks are inside the library.</summary>
    /// <param name="model">Which network.</param>
    /// <param name="options">
    /// Threads, among which a photo's tiles are shared out, and device; <see langword="null"/>: the defaults.
    /// </param>
    /// <returns>A detector that the caller disposes of.</returns>
    /// <exception cref="MienException"><c>noNativeLibrary</c>: the program lacks ONNX Runtime.</exception>
    public static FaceDetector Load(DetectorModel model = DetectorModel.Back, ClassifierOptions? options = null)
    {
        if (!Enum.IsDefined(model))
        {
            throw new ArgumentOutOfRangeException(nameof(model), model, "Expected Back or Front.");
        }

        options ??= new ClassifierOptions();

        // The network is too small to be shared by threads (a run takes as long with two as with one); its tiles are
        // shared out.
        return new FaceDetector(
            BlazeFace.Open(model, options with { Threads = 1 }),
            model,
            options.Threads == 0 ? Environment.ProcessorCount : options.Threads
        );
    }

    /// <summary>Finds the faces in a photo. Thread-safe.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="options">Which faces; <see langword="null"/>: <see cref="DetectionOptions.Default"/>.</param>
    /// <param name="cancellationToken">Ends the work between two tiles.</param>
    /// <returns>The faces in reading order, line by line and from left to right; empty where there is none.</returns>
    /// <exception cref="ObjectDisposedException">The detector or the photo was disposed of.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<DetectedFace> Detect(
        Photo photo,
        DetectionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Detect(photo, options ?? DetectionOptions.Default, out _, cancellationToken);

    /// <summary>Frees the network once the runs under way have ended; later calls throw.</summary>
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
            i => found[i] = Look(photo, tiles[i], options.MinScore),
            cancellationToken
        );

        // In the order of the tiles, whichever was looked at first: the result must not depend on it.
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

    private List<FaceCandidate> Look(Photo photo, Tile tile, float threshold)
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
