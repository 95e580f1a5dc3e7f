// POST a photo to get its faces as JSON: curl --data-binary @photo.jpg http://localhost:5000/faces
using Mien;

const int maxUploadBytes = 10 << 20;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = maxUploadBytes);

// One recognizer serves all requests. Each uses one thread, because requests run in parallel. The limits bound the
// memory that an upload can take.
builder.Services.AddMien(
    new RecognizerOptions
    {
        Inference = new ClassifierOptions { Threads = 1 },
        Limits = new ImageLimits { MaxBytes = maxUploadBytes, MaxPixels = 30_000_000 },
    }
);
WebApplication app = builder.Build();

app.MapPost(
    "/faces",
    async (HttpRequest request, FaceExpressionRecognizer recognizer, CancellationToken cancellation) =>
    {
        try
        {
            RecognitionResult photo = await recognizer.RecognizeAsync(
                request.Body,
                "the upload",
                cancellationToken: cancellation
            );
            return Results.Ok(
                new
                {
                    photo.Width,
                    photo.Height,
                    faces = photo.Faces.Select(face => new
                    {
                        face.Box.X,
                        face.Box.Y,
                        face.Box.Width,
                        face.Box.Height,
                        face.Label,
                        face.Confidence,
                        uncertain = face.IsUncertain,
                        scores = face.LabelScores,
                    }),
                }
            );
        }
        catch (MienException e)
        {
            return Results.Json(new { error = new { e.Code, e.Message } }, statusCode: e.HttpStatus);
        }
    }
);

app.Run();
