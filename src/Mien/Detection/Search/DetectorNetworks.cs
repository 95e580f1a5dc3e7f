namespace Mien;

/// <summary>
/// The networks of a <see cref="FaceDetector"/>, each loaded when it is first needed. Thread-safe; runs in progress
/// complete before disposal frees the sessions.
/// </summary>
/// <param name="options">The device and threads of each network.</param>
/// <param name="sharedMesh">
/// A face mesh that the caller owns and disposes; <see langword="null"/> creates one.
/// </param>
internal class DetectorNetworks(ClassifierOptions options, FaceMesh? sharedMesh = null) : IDisposable
{
    private readonly Lock loading = new();
    private readonly BlazeFace?[] networks = new BlazeFace?[4];
    private readonly FaceMesh mesh = sharedMesh ?? new FaceMesh(options);
    private bool disposed;

    /// <summary>Loads a network, so that the first photo does not wait for it.</summary>
    /// <exception cref="MienException">As for <see cref="FaceDetector.Load"/>.</exception>
    public void Load(DetectorModel model) => Get(model);

    /// <summary>
    /// Runs a network on one tile and adds the candidates it finds, in decoded pixels of the photo.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The networks or the photo were disposed.</exception>
    public virtual void Run(DetectorModel model, Photo photo, Tile tile, float minScore, List<FaceCandidate> found) =>
        Get(model).Run(photo, tile, minScore, found);

    /// <summary>Gets the presence of a face, 0..1, by the face mesh.</summary>
    /// <exception cref="ObjectDisposedException">The networks or the photo were disposed.</exception>
    public virtual float Presence(Photo photo, FaceCandidate face)
    {
        DetectedFace inFullSize = face.InFullSize(photo).ToFace();
        return mesh.Presence(photo, inFullSize.Box, inFullSize.Keypoints.Roll);
    }

    /// <summary>Frees the networks once the runs in progress have ended. Later calls throw.</summary>
    public void Dispose()
    {
        lock (loading)
        {
            disposed = true;
            foreach (BlazeFace? network in networks)
            {
                network?.Dispose();
            }

            if (sharedMesh is null)
            {
                mesh.Dispose();
            }
        }

        GC.SuppressFinalize(this);
    }

    private BlazeFace Get(DetectorModel model)
    {
        lock (loading)
        {
            ObjectDisposedException.ThrowIf(disposed, typeof(FaceDetector));
            return networks[(int)model] ??= BlazeFace.Open(model, options);
        }
    }
}
