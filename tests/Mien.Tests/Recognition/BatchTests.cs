using System.Threading.Channels;

namespace Mien.Tests;

public sealed class BatchTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static FaceExpressionRecognizer Recognizer => Recognizers.Shared;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(0)]
    public async Task Results_are_in_the_order_of_the_paths_and_a_bad_file_gives_a_result(int parallelism)
    {
        string photo = folder.Write(
            "photo.png",
            MadePhotos.Canvas(640, 560, new MadeFace("happiness", 80, 100, 160)).EncodePng()
        );
        string face = folder.Write("face.png", MadePhotos.Canvas(40, 40).EncodePng());
        string broken = folder.Write("broken.jpg", [0xFF, 0xD8, 0xFF, 1, 2, 3]);
        string[] paths =
        [
            photo,
            face,
            broken,
            folder.Path,
            face,
            Path.Combine(folder.Path, "none.png"),
            photo,
            face,
            face,
            broken,
            photo,
            face,
        ];

        List<RecognitionResult> results = await Recognizer
            .RecognizeAsync(paths, parallelism: parallelism, cancellationToken: Token)
            .ToListAsync(Token);

        Assert.Equal(paths, results.Select(r => r.Name));
        Assert.Equal(
            ["truncatedImage", "isDirectory", "fileNotFound", "truncatedImage"],
            results.Where(r => r.Status == RecognitionStatus.Error).Select(r => r.Error!.Code)
        );
        Check.All(
            results.Where(r => r.Name == photo),
            r => Assert.Equal(Recognizers.Describe(Recognizer.Recognize(photo)), Recognizers.Describe(r))
        );
        Check.All(results.Where(r => r.Name == face), r => Assert.True(r.IsFaceCrop));
    }

    [Fact]
    public async Task Batches_of_bytes_give_results_in_order_too()
    {
        byte[] face = MadePhotos.Canvas(40, 40).EncodePng(),
            other = MadePhotos.Canvas(30, 20).EncodePng();
        ReadOnlyMemory<byte>[] images = [face, new byte[] { 7 }, other, face];

        List<RecognitionResult> results = await Recognizer
            .RecognizeAsync(images.ToAsyncEnumerable(), cancellationToken: Token)
            .ToListAsync(Token);

        Assert.Equal([40, 0, 30, 40], results.Select(r => r.Width));
        Assert.Equal("notAnImage", results[1].Error!.Code);
        Check.All(results, r => Assert.Null(r.Name));
    }

    [Fact]
    public async Task No_more_paths_are_taken_than_the_look_ahead_allows()
    {
        string face = folder.Write("face.png", MadePhotos.Canvas(20, 20).EncodePng());
        int taken = 0;
        await using IAsyncEnumerator<RecognitionResult> results = Recognizer
            .RecognizeAsync(Paths(), parallelism: 2, cancellationToken: Token)
            .GetAsyncEnumerator(Token);
        for (int given = 1; given <= 50; given++)
        {
            Assert.True(await results.MoveNextAsync());

            // 2 × 4 are pending in the channel, and one waits for room.
            Assert.True(Volatile.Read(ref taken) <= given + 9, $"{taken} taken, {given} given");
        }

        IEnumerable<string> Paths()
        {
            while (true)
            {
                Interlocked.Increment(ref taken);
                yield return face;
            }
        }
    }

    [Fact]
    public async Task A_result_is_returned_before_the_next_path_arrives()
    {
        string face = folder.Write("face.png", MadePhotos.Canvas(20, 20).EncodePng());
        Channel<string> paths = Channel.CreateUnbounded<string>();
        await using IAsyncEnumerator<RecognitionResult> results = Recognizer
            .RecognizeAsync(paths.Reader.ReadAllAsync(Token), cancellationToken: Token)
            .GetAsyncEnumerator(Token);
        for (int i = 0; i < 3; i++)
        {
            await paths.Writer.WriteAsync(face, Token);
            Assert.True(await results.MoveNextAsync());
            Assert.Equal(RecognitionStatus.Ok, results.Current.Status);
        }

        paths.Writer.Complete();
        Assert.False(await results.MoveNextAsync());
    }

    [Fact]
    public async Task Leaving_the_loop_stops_the_work_and_disposes_the_source()
    {
        string face = folder.Write("face.png", MadePhotos.Canvas(20, 20).EncodePng());
        bool closed = false;
        await foreach (
            RecognitionResult result in Recognizer.RecognizeAsync(Paths(), parallelism: 2, cancellationToken: Token)
        )
        {
            Assert.Equal(RecognitionStatus.Ok, result.Status);
            break;
        }

        Assert.True(closed);

        IEnumerable<string> Paths()
        {
            try
            {
                while (true)
                {
                    yield return face;
                }
            }
            finally
            {
                closed = true;
            }
        }
    }

    [Fact]
    public async Task Cancellation_ends_the_batch()
    {
        string face = folder.Write("face.png", MadePhotos.Canvas(20, 20).EncodePng());
        using var cancel = new CancellationTokenSource();
        int given = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (
                RecognitionResult result in Recognizer.RecognizeAsync(
                    Enumerable.Repeat(face, int.MaxValue),
                    cancellationToken: cancel.Token
                )
            )
            {
                if (++given == 5)
                {
                    await cancel.CancelAsync();
                }
            }
        });
        Assert.True(given >= 5);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Recognizer.RecognizeAsync([face]).ToListAsync(new CancellationToken(canceled: true))
        );
    }

    [Fact]
    public async Task Programming_errors_are_thrown_after_the_preceding_results()
    {
        string face = folder.Write("face.png", MadePhotos.Canvas(20, 20).EncodePng());
        await Ends<ArgumentNullException>(
            Recognizer.RecognizeAsync([face, face, null!, face], cancellationToken: Token),
            2
        );
        await Ends<InvalidTimeZoneException>(Recognizer.RecognizeAsync(Failing(), cancellationToken: Token), 3);
        Assert.Throws<ArgumentNullException>(() => Recognizer.RecognizeAsync((IEnumerable<string>)null!));
        Assert.Throws<ArgumentNullException>(() => Recognizer.RecognizeAsync((IAsyncEnumerable<string>)null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => Recognizer.RecognizeAsync([face], parallelism: -1));
        Assert.Throws<ArgumentException>(() =>
            Recognizer.RecognizeAsync([face], new RecognitionOptions { Boxes = [default] })
        );
        FaceExpressionRecognizer gone = Recognizers.Create();
        gone.Dispose();
        await Ends<ObjectDisposedException>(gone.RecognizeAsync([face], cancellationToken: Token), 0);

        static async Task Ends<T>(IAsyncEnumerable<RecognitionResult> batch, int after)
            where T : Exception
        {
            int given = 0;
            await Assert.ThrowsAsync<T>(async () =>
            {
                await foreach (RecognitionResult result in batch)
                {
                    given++;
                }
            });
            Assert.Equal(after, given);
        }

        IEnumerable<string> Failing()
        {
            yield return face;
            yield return face;
            yield return face;
            throw new InvalidTimeZoneException("the list broke");
        }
    }
}
