using Microsoft.AspNetCore.Http;

namespace Mien.Server;

/// <summary><c>POST /v1/faces</c>: finds and classifies the faces of one or several images.</summary>
internal sealed class FacesEndpoint(
    ServerOptions options,
    UploadReader reader,
    RecognitionQueue queue,
    FaceExpressionRecognizer recognizer
)
{
    public async Task HandleAsync(HttpContext context)
    {
        FacesQuery query = FacesQuery.Read(context.Request.Query, FacesQuery.OfImages, options, recognizer.Contract);
        using var deadline = new RequestDeadline(context, options.RequestTimeout);
        if (UploadReader.IsMultipart(context.Request))
        {
            await ManyAsync(context, query, deadline);
        }
        else
        {
            await OneAsync(context, query, deadline);
        }
    }

    private async Task OneAsync(HttpContext context, FacesQuery query, RequestDeadline deadline)
    {
        Upload upload = await ReadAsync(() => reader.ReadOneAsync(context.Request, deadline.Token), deadline);
        var job = new RecognitionJob(upload, null, query.Recognition, deadline.Token) { Annotate = query.Annotate };
        Enqueue([job], [upload]);
        RecognitionAnswer answer = await WaitAsync(job.Completion, deadline);
        if (answer.Annotated is { } picture)
        {
            context.Response.ContentType = picture.Extension == ".jpg" ? "image/jpeg" : "image/png";
            context.Response.ContentLength = picture.Data.Length;
            await context.Response.Body.WriteAsync(picture.Data, context.RequestAborted);
            return;
        }

        await Answers.WriteAsync(
            context,
            JsonBytes.Write(json => FaceWriter.Write(json, answer.Result, recognizer.Contract.Name, query.Top))
        );
    }

    private async Task ManyAsync(HttpContext context, FacesQuery query, RequestDeadline deadline)
    {
        if (query.Annotate)
        {
            throw new ProblemException(
                ProblemKind.BadQuery,
                "'annotate' returns one image, but the body is multipart. Send one image per request, as the body."
            );
        }

        List<UploadedFile> files = await ReadAsync(
            () => reader.ReadManyAsync(context.Request, deadline.Token),
            deadline
        );
        RecognitionJob?[] jobs =
        [
            .. files.Select(f =>
                f.Upload is null ? null : new RecognitionJob(f.Upload, f.Name, query.Recognition, deadline.Token)
            ),
        ];
        Enqueue([.. jobs.OfType<RecognitionJob>()], [.. files.Select(f => f.Upload).OfType<Upload>()]);
        var results = new List<RecognitionResult>();
        for (int i = 0; i < files.Count; i++)
        {
            results.Add(
                jobs[i] is { } job
                    ? await ResultAsync(job, deadline)
                    : RecognitionResult.Failed(files[i].Name, files[i].Error!)
            );
        }

        await Answers.WriteAsync(
            context,
            JsonBytes.Write(json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("images");
                results.ForEach(r => FaceWriter.Write(json, r, recognizer.Contract.Name, query.Top));
                json.WriteEndArray();
                json.WriteEndObject();
            })
        );
    }

    private void Enqueue(IReadOnlyList<RecognitionJob> jobs, IReadOnlyList<Upload> uploads)
    {
        if (!queue.TryAdd(jobs))
        {
            foreach (Upload upload in uploads)
            {
                upload.Dispose();
            }

            throw new ProblemException(
                ProblemKind.Busy,
                $"The queue is full ({queue.Waiting} images wait, the limit is {options.QueueLength}). Try again later."
            )
            {
                RetryAfter = queue.Delay,
            };
        }
    }

    private static async Task<RecognitionResult> ResultAsync(RecognitionJob job, RequestDeadline deadline)
    {
        try
        {
            return (await WaitAsync(job.Completion, deadline)).Result;
        }
        catch (MienException e)
        {
            return RecognitionResult.Failed(job.Name, new MienException(e.Kind, e.Code, ProblemKind.DetailOf(e), e));
        }
    }

    private static async Task<T> ReadAsync<T>(Func<Task<T>> read, RequestDeadline deadline)
    {
        try
        {
            return await read();
        }
        catch (OperationCanceledException e) when (deadline.IsOver)
        {
            throw new ProblemException(
                ProblemKind.UploadTooSlow,
                "The upload did not finish within the time limit of a request. Use a faster connection or a smaller "
                    + "image.",
                e
            );
        }
    }

    private static async Task<RecognitionAnswer> WaitAsync(Task<RecognitionAnswer> work, RequestDeadline deadline)
    {
        try
        {
            return await work;
        }
        catch (OperationCanceledException e) when (deadline.IsOver)
        {
            throw new ProblemException(
                ProblemKind.TooSlow,
                "The image was not processed within the time limit of a request. Try again later, send a smaller "
                    + "image, or turn tiling off (tiles=none).",
                e
            )
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            };
        }
    }
}
