namespace Mien.Cli.Tests;

/// <summary>Order, look-ahead, failures and cancellation when many images are processed.</summary>
public sealed class PredictionPipelineTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Results_keep_the_order_of_the_images_whichever_finishes_first(int threads)
    {
        using var late = new ManualResetEventSlim(threads == 1);
        var pipeline = new PredictionPipeline(
            input =>
            {
                if (input.Path == "0")
                {
                    late.Wait(TestContext.Current.CancellationToken);
                }
                else
                {
                    late.Set();
                }

                return Failed(input);
            },
            threads
        );

        Assert.Equal(Names(50), pipeline.Run(Inputs(50), CancellationToken.None).Select(o => o.Input.Path));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Only_a_few_images_are_started_ahead(int threads)
    {
        int taken = 0,
            most = 0,
            given = 0;
        IEnumerable<InputItem> counted = Inputs(10_000)
            .Select(i =>
            {
                taken++;
                return i;
            });
        foreach (ImageOutcome _ in new PredictionPipeline(Failed, threads).Run(counted, CancellationToken.None))
        {
            most = Math.Max(most, taken - given);
            given++;
        }

        Assert.Equal(10_000, given);
        Assert.InRange(most, 1, threads * 4);
    }

    [Fact]
    public void No_more_images_than_threads_are_processed_at_a_time()
    {
        int now = 0,
            most = 0;
        var gate = new Lock();
        var pipeline = new PredictionPipeline(
            input =>
            {
                lock (gate)
                {
                    most = Math.Max(most, ++now);
                }

                Thread.Yield();
                lock (gate)
                {
                    now--;
                }

                return Failed(input);
            },
            3
        );

        Assert.Equal(500, pipeline.Run(Inputs(500), CancellationToken.None).Count());
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public void A_failed_image_does_not_affect_the_others()
    {
        var pipeline = new PredictionPipeline(
            input =>
                input.Path switch
                {
                    "1" => throw new MienException(ErrorKind.BadInput, "notAnImage", "1: is not an image."),
                    "2" => throw new InsufficientMemoryException(),
                    "3" => throw new InvalidOperationException("A bug."),
                    _ => Failed(input),
                },
            2
        );

        Assert.Equal(
            ["made", "notAnImage", "outOfMemory", "unexpected", "made"],
            pipeline.Run(Inputs(5), CancellationToken.None).Select(o => o.Result.Error!.Code)
        );
    }

    [Fact]
    public void After_a_cancellation_images_in_progress_are_returned_and_no_others_started()
    {
        using var cancel = new CancellationTokenSource();
        using var second = new ManualResetEventSlim();
        var begun = new List<string>();
        var pipeline = new PredictionPipeline(
            input =>
            {
                lock (begun)
                {
                    begun.Add(input.Path);
                }

                if (input.Path == "1")
                {
                    second.Set();
                    cancel.Token.WaitHandle.WaitOne();
                }

                return Failed(input);
            },
            2
        );
        var given = new List<string>();
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (ImageOutcome outcome in pipeline.Run(Inputs(1000), cancel.Token))
            {
                given.Add(outcome.Input.Path);
                if (given.Count == 1)
                {
                    second.Wait(TestContext.Current.CancellationToken);
                    cancel.Cancel();
                }
            }
        });

        Assert.Contains("1", given);
        Assert.Equal(Names(given.Count), given);
        Assert.InRange(begun.Count, 2, 8);
    }

    [Fact]
    public void When_the_caller_stops_the_work_stops()
    {
        int begun = 0;
        var pipeline = new PredictionPipeline(
            input =>
            {
                Interlocked.Increment(ref begun);
                return Failed(input);
            },
            2
        );
        Assert.Equal("0", pipeline.Run(Inputs(1000), CancellationToken.None).First().Input.Path);
        int after = Volatile.Read(ref begun);
        Thread.Yield();

        Assert.InRange(after, 1, 9);
        Assert.Equal(after, Volatile.Read(ref begun));
    }

    private static string[] Names(int count) => [.. Enumerable.Range(0, count).Select(i => $"{i}")];

    private static IEnumerable<InputItem> Inputs(int count) => Names(count).Select(n => new InputItem(n, n));

    private static RecognitionResult Failed(InputItem input) =>
        RecognitionResult.Failed(input.Path, new MienException(ErrorKind.BadInput, "made", input.Path));
}
