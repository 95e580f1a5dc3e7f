namespace Mien.Tests;

public sealed class AsyncTests
{
    private static FaceExpressionRecognizer Recognizer => Recognizers.Shared;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_overload_gives_the_result_of_the_synchronous_call()
    {
        byte[] png = MadePhotos.Canvas(400, 300, new MadeFace("happiness", 100, 60, 170)).EncodePng();
        using var folder = new TempFolder();
        string path = folder.Write("喜び.png", png);
        using var stream = new MemoryStream(png);
        using Photo photo = Photo.Decode(png);
        var options = new RecognitionOptions { Detection = new DetectionOptions { MinScore = 0.6f } };
        string expected = Recognizers.Describe(Recognizer.Recognize(png, options: options));

        RecognitionResult ofPath = await Recognizer.RecognizeAsync(path, options, Token);
        Assert.Equal((expected, path), (Recognizers.Describe(ofPath), ofPath.Name));
        RecognitionResult ofStream = await Recognizer.RecognizeAsync(stream, "stream", options, Token);
        Assert.Equal((expected, "stream"), (Recognizers.Describe(ofStream), ofStream.Name));
        Assert.Equal(
            expected,
            Recognizers.Describe(
                await Recognizer.RecognizeAsync(png.AsMemory(), options: options, cancellationToken: Token)
            )
        );
        Assert.Equal(
            expected,
            Recognizers.Describe(await Recognizer.RecognizeAsync(photo, options: options, cancellationToken: Token))
        );
    }

    [Fact]
    public async Task Errors_are_reported_by_the_task()
    {
        Task<RecognitionResult> missing = Recognizer.RecognizeAsync("no-such.jpg", cancellationToken: Token);
        Assert.Equal("fileNotFound", (await Assert.ThrowsAsync<MienException>(() => missing)).Code);
        Task<RecognitionResult> empty = Recognizer.RecognizeAsync(Stream.Null, "nothing", cancellationToken: Token);
        Assert.Equal(
            "nothing: is empty (0 bytes), expected an image. Copy or download it again.",
            (await Assert.ThrowsAsync<MienException>(() => empty)).Message
        );
        Task<RecognitionResult> text = Recognizer.RecognizeAsync(new byte[] { 1, 2, 3, 4 }, cancellationToken: Token);
        Assert.Equal("notAnImage", (await Assert.ThrowsAsync<MienException>(() => text)).Code);
        await Assert.ThrowsAsync<ArgumentNullException>(() =>
            Recognizer.RecognizeAsync((string)null!, cancellationToken: Token)
        );
        await Assert.ThrowsAsync<ArgumentNullException>(() =>
            Recognizer.RecognizeAsync((Stream)null!, cancellationToken: Token)
        );
        await Assert.ThrowsAsync<ArgumentNullException>(() =>
            Recognizer.RecognizeAsync((Photo)null!, cancellationToken: Token)
        );
    }

    [Fact]
    public async Task Cancellation_stops_reading_a_stream_that_never_returns_data()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Recognizer.RecognizeAsync("a.jpg", cancellationToken: new CancellationToken(canceled: true))
        );
        using var cancel = new CancellationTokenSource();
        using var silent = new SilentStream();
        Task<RecognitionResult> task = Recognizer.RecognizeAsync(silent, cancellationToken: cancel.Token);
        await silent.Reading;
        Assert.False(task.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
    }

    [Fact]
    public async Task After_disposal_calls_in_progress_complete_and_new_ones_throw()
    {
        byte[] png = MadePhotos.Canvas(400, 300, new MadeFace("happiness", 100, 60, 170)).EncodePng();
        string expected = Recognizers.Describe(Recognizer.Recognize(png));
        for (int round = 0; round < 6; round++)
        {
            // The detector is loaded by the first call, so some rounds dispose while it is being loaded.
            FaceExpressionRecognizer recognizer = Recognizers.Create();
            Task<RecognitionResult>[] calls =
            [
                .. Enumerable
                    .Range(0, 6)
                    .Select(_ => recognizer.RecognizeAsync(png.AsMemory(), cancellationToken: Token)),
            ];
            if (round % 2 == 1)
            {
                await Task.WhenAny(calls);
            }

            recognizer.Dispose();
            recognizer.Dispose();
            foreach (Task<RecognitionResult> call in calls)
            {
                try
                {
                    Assert.Equal(expected, Recognizers.Describe(await call));
                }
                catch (ObjectDisposedException e)
                {
                    Assert.Equal(typeof(FaceExpressionRecognizer).FullName, e.ObjectName);
                }
            }

            Assert.Throws<ObjectDisposedException>(() => recognizer.Recognize(png));
            await Assert.ThrowsAsync<ObjectDisposedException>(() =>
                recognizer.RecognizeAsync(png.AsMemory(), cancellationToken: Token)
            );
        }
    }

    [Fact]
    public async Task A_recognizer_is_thread_safe()
    {
        byte[][] images =
        [
            MadePhotos.Canvas(400, 300, new MadeFace("happiness", 100, 60, 170)).EncodePng(),
            MadePhotos
                .Canvas(640, 560, new MadeFace("anger", 80, 100, 160), new MadeFace("disgust", 400, 110, 140))
                .EncodePng(),
            MadePhotos.Canvas(200, 300).EncodePng(),
            SampleFaces.CropFile(Expression.Fear),
            MadePhotos.Canvas(1400, 300, new MadeFace("neutral", 900, 60, 170)).EncodePng(), // uses tiles
        ];
        string[] expected = [.. images.Select(i => Recognizers.Describe(Recognizer.Recognize(i)))];
        using FaceExpressionRecognizer fresh = Recognizers.Create();
        Task[] threads =
        [
            .. Enumerable
                .Range(0, 8)
                .Select(thread =>
                    Task.Factory.StartNew(
                        () =>
                        {
                            for (int i = 0; i < 10; i++)
                            {
                                int image = (i + thread) % images.Length;
                                Assert.Equal(expected[image], Recognizers.Describe(fresh.Recognize(images[image])));
                            }
                        },
                        Token,
                        TaskCreationOptions.LongRunning,
                        TaskScheduler.Default
                    )
                ),
        ];
        await Task.WhenAll(threads);
    }

    [Fact]
    public void The_number_of_threads_per_photo_does_not_change_the_result()
    {
        using Photo photo = MadePhotos.Photo(
            MadePhotos.Canvas(
                1600,
                1000,
                new MadeFace("happiness", 100, 60, 220),
                new MadeFace("anger", 900, 500, 300),
                new MadeFace("neutral", 300, 600, 150)
            )
        );
        using FaceExpressionRecognizer several = FaceExpressionRecognizer.Create(
            new RecognizerOptions { Inference = new ClassifierOptions { Threads = 4 } }
        );
        RecognitionResult expected = Recognizer.Recognize(photo);
        Assert.True(expected is { Faces.Count: 3, DetectorRuns: > 1 }, Recognizers.Describe(expected));
        for (int i = 0; i < 5; i++)
        {
            RecognitionResult result = several.Recognize(photo);
            Assert.Equal(
                expected.Faces.Select(f => (f.Box, f.DetectionScore)),
                result.Faces.Select(f => (f.Box, f.DetectionScore))
            );

            // With several threads, the network may sum in another order.
            Check.All(
                expected.Faces.Zip(result.Faces),
                p => Assert.Equal(p.First.Confidence, p.Second.Confidence, 1e-4f)
            );
        }

        Assert.Throws<OperationCanceledException>(() =>
            several.Recognize(photo, cancellationToken: new CancellationToken(canceled: true))
        );
    }

    private sealed class SilentStream : Stream
    {
        private readonly TaskCompletionSource reading = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reading => reading.Task;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) =>
            throw new NotSupportedException("asynchronous only");

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            reading.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
