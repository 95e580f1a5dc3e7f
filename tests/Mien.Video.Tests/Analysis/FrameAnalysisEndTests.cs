namespace Mien.Video.Tests;

public class FrameAnalysisEndTests
{
    [Fact]
    public async Task Cancellation_throws_after_the_results_that_are_ready_and_disposes_all_frames()
    {
        var source = new MadeFrames();
        using var cancel = new CancellationTokenSource();
        var seen = new List<long>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (
                FrameResult result in MadeFrames.Recognizer.RecognizeFramesAsync(
                    source.Of(1000, 25, i => MadeFrames.Moving(i % 100)),
                    cancellationToken: cancel.Token
                )
            )
            {
                seen.Add(result.Frame);
                if (seen.Count == 3)
                {
                    await cancel.CancelAsync();
                }
            }
        });
        Assert.Equal(Enumerable.Range(0, seen.Count).Select(i => (long)i), seen);
        Assert.InRange(seen.Count, 3, 100);
        Assert.Equal(0, source.Alive);
    }

    [Fact]
    public async Task A_token_given_to_the_enumeration_cancels_it_too()
    {
        var source = new MadeFrames();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            using var cancel = new CancellationTokenSource();
            await foreach (
                FrameResult result in MadeFrames
                    .Recognizer.RecognizeFramesAsync(source.Of(1000, 25, i => MadeFrames.Moving(i % 100)))
                    .WithCancellation(cancel.Token)
            )
            {
                await cancel.CancelAsync();
            }
        });
        Assert.Equal(0, source.Alive);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Abandoning_the_enumeration_disposes_all_frames(bool keepPhotos)
    {
        var source = new MadeFrames();
        await foreach (
            FrameResult result in MadeFrames.Recognizer.RecognizeFramesAsync(
                source.Of(1000, 25, i => MadeFrames.Moving(i % 100)),
                new VideoOptions { KeepPhotos = keepPhotos }
            )
        )
        {
            if (result.Frame == 2)
            {
                break;
            }
        }

        Assert.InRange(source.Taken.Count, 3, 100);
        Assert.Equal(0, source.Alive);
    }

    [Fact]
    public async Task An_exception_of_the_source_follows_the_results_before_it()
    {
        var source = new MadeFrames();
        var seen = new List<long>();
        var error = await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (
                FrameResult result in MadeFrames.Recognizer.RecognizeFramesAsync(
                    source.Of(9, 25, i => i < 7 ? MadeFrames.Moving(i) : throw new InvalidDataException("broken"))
                )
            )
            {
                seen.Add(result.Frame);
            }
        });
        Assert.Equal("broken", error.Message);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], seen);
        Assert.Equal(0, source.Alive);
    }

    [Fact]
    public async Task Times_that_go_back_are_refused_after_the_results_before_them()
    {
        var source = new MadeFrames();
        async IAsyncEnumerable<VideoFrame> Frames()
        {
            foreach (double time in (double[])[0, 0.2, 0.2, 0.1])
            {
                await Task.Yield();
                var photo = MadePhotos.Photo(MadeFrames.Moving(0));
                yield return source.Take(new VideoFrame(photo, source.Taken.Count, TimeSpan.FromSeconds(time)));
            }
        }

        var seen = new List<long>();
        var error = await Assert.ThrowsAsync<ArgumentException>(async () =>
        {
            await foreach (FrameResult result in MadeFrames.Recognizer.RecognizeFramesAsync(Frames()))
            {
                seen.Add(result.Frame);
            }
        });
        Assert.Contains("Frame 3 has the time 00:00:00.1000000, the frame before it 00:00:00.2000000", error.Message);
        Assert.Equal([0, 1, 2], seen);
        Assert.Equal(0, source.Alive);
    }

    [Fact]
    public async Task A_frame_that_is_null_is_refused()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(async () =>
            await MadeFrames
                .Recognizer.RecognizeFramesAsync(new VideoFrame[] { null! }.ToAsyncEnumerable())
                .ToListAsync()
        );
        Assert.Contains("A frame is null.", error.Message);
        Assert.Throws<ArgumentNullException>(() => MadeFrames.Recognizer.RecognizeFramesAsync(null!));
        Assert.Throws<ArgumentNullException>(() => MadeFrames.Recognizer.RecognizeAsync((string)null!));
        Assert.Throws<ArgumentNullException>(() => MadeFrames.Recognizer.RecognizeAsync((Stream)null!));
    }

    [Fact]
    public async Task A_disposed_recognizer_ends_the_enumeration_and_frees_all_native_objects()
    {
        var source = new MadeFrames();
        var recognizer = VideoRecognizer.Create(new RecognizerOptions { Model = "tiny" });
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
        {
            await foreach (
                FrameResult result in recognizer.RecognizeFramesAsync(source.Of(1000, 25, _ => MadeFrames.Moving(0)))
            )
            {
                recognizer.Dispose();
            }
        });
        Assert.Equal(0, source.Alive);
    }

    [Theory]
    [InlineData(VideoEndStatus.Truncated, "truncatedVideo", "clip.mp4: the video ends at 3.52 s instead of at 10 s.")]
    [InlineData(
        VideoEndStatus.Damaged,
        "damagedVideo",
        "clip.mp4: a part of the video could not be decoded; the last frame is at 3.52 s."
    )]
    public void An_incomplete_video_is_an_error(VideoEndStatus status, string code, string message)
    {
        var end = new VideoEnd
        {
            Status = status,
            LastTime = TimeSpan.FromSeconds(3.52),
            ExpectedEnd = TimeSpan.FromSeconds(10),
        };
        var error = Assert.Throws<MienException>(() => IncompleteVideo.Check(end, "clip.mp4"));
        Assert.Equal((code, message), (error.Code, error.Message));
        error = Assert.Throws<MienException>(() =>
            IncompleteVideo.Check(end with { Message = "bad packet" }, "clip.mp4")
        );
        Assert.Equal("clip.mp4: bad packet", error.Message);
        IncompleteVideo.Check(null, "clip.mp4");
        IncompleteVideo.Check(end with { Status = VideoEndStatus.Complete }, "clip.mp4");
    }

    [Fact]
    public async Task A_video_whose_times_go_back_is_damaged()
    {
        var source = new MadeFrames();
        async IAsyncEnumerable<VideoFrame> Frames()
        {
            foreach (double time in (double[])[5, 6, 0.5])
            {
                await Task.Yield();
                Photo photo = MadePhotos.Photo(MadeFrames.Moving(0));
                yield return source.Take(new VideoFrame(photo, source.Taken.Count, TimeSpan.FromSeconds(time)));
            }
        }

        var seen = new List<long>();
        var error = await Assert.ThrowsAsync<MienException>(async () =>
        {
            await foreach (VideoFrame frame in IncompleteVideo.InOrder(Frames(), "joined.ts"))
            {
                seen.Add(frame.Number);
                frame.Dispose();
            }
        });
        Assert.Equal("damagedVideo", error.Code);
        Assert.Equal(
            "joined.ts: the times go back from 6 s to 0.5 s at frame 2, as in joined streams. Split the file there.",
            error.Message
        );
        Assert.Equal([0, 1], seen);
        Assert.Equal(0, source.Alive);
    }
}
