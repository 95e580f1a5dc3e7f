using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mien.Server;

/// <summary>Whether the networks have run once, which loads the detector and gets their memory. Thread-safe.</summary>
internal sealed partial class Readiness(
    FaceExpressionRecognizer recognizer,
    IHostApplicationLifetime lifetime,
    ILogger<Readiness> logger
)
{
    /// <summary>Whether requests will be answered as quickly as later ones.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Why it will never be ready; <see langword="null"/> unless the first run failed.</summary>
    public Exception? Error { get; private set; }

    /// <summary>Begins the first run, beside the start of the service.</summary>
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
                // It stops before it was ready.
            }
            catch (Exception e)
            {
                Error = e;
                Failed(e);
            }
        });

    [LoggerMessage(1, LogLevel.Information, "Ready: the model {Model} has run.")]
    private partial void Ready(string model);

    [LoggerMessage(2, LogLevel.Critical, "The networks do not run; the service answers no image.")]
    private partial void Failed(Exception error);
}
