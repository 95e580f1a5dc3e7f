using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mien.Server;

/// <summary>
/// Tracks whether the networks have run once, which loads the detector and allocates memory. Thread-safe.
/// </summary>
internal sealed partial class Readiness(
    FaceExpressionRecognizer recognizer,
    IHostApplicationLifetime lifetime,
    ILogger<Readiness> logger
)
{
    /// <summary>Whether the warm-up has finished, so that the first request is as fast as later ones.</summary>
    public bool IsReady { get; private set; }

    /// <summary>The error of the warm-up; <see langword="null"/> unless it failed.</summary>
    public Exception? Error { get; private set; }

    /// <summary>Starts the warm-up in the background: one face detection and one face crop.</summary>
    public void Begin() =>
        _ = Task.Run(() =>
        {
            try
            {
                var gray = new byte[256 * 256];
                Array.Fill(gray, (byte)128);
                using Photo photo = Photo.FromPixels(gray, 256, 256, PixelLayout.Gray);
                recognizer.Recognize(
                    photo,
                    null,
                    new RecognitionOptions { IsFaceCrop = false },
                    lifetime.ApplicationStopping
                );
                recognizer.Recognize(
                    photo,
                    null,
                    new RecognitionOptions { IsFaceCrop = true },
                    lifetime.ApplicationStopping
                );
                IsReady = true;
                Ready(recognizer.Contract.Name);
            }
            catch (OperationCanceledException)
            {
                // The service stopped during the warm-up.
            }
            catch (Exception e)
            {
                Error = e;
                Failed(e);
            }
        });

    [LoggerMessage(1, LogLevel.Information, "Ready with the model {Model}.")]
    private partial void Ready(string model);

    [LoggerMessage(2, LogLevel.Critical, "The networks failed to run; the service cannot process images.")]
    private partial void Failed(Exception error);
}
