namespace Mien.Video.Tests;

/// <summary>The clip maker itself: what other tests take for the truth.</summary>
public sealed class MadeClipTests
{
    [Fact]
    public void The_counter_is_read_back_from_every_drawn_frame()
    {
        using var drawing = new ClipDrawing(MadeClips.OneFace with { Width = 161, Height = 121 });
        for (int i = 0; i < 100; i++)
        {
            using Photo photo = drawing.Photo(i);
            Assert.Equal(i, FrameCounter.Read(photo));
        }
    }

    [Fact]
    public void A_mixture_of_two_frames_has_no_counter()
    {
        using var drawing = new ClipDrawing(MadeClips.OneFace);
        byte[] mixed = [.. drawing.Pixels(5).Zip(drawing.Pixels(6), (a, b) => (byte)((a + b) / 2))];
        using Photo photo = Photo.FromPixels(mixed, 320, 240, PixelLayout.Rgba);
        Assert.Null(FrameCounter.Read(photo));
    }

    [Fact]
    public void A_clip_has_its_frames_at_the_described_times()
    {
        Check.All(
            (MadeClip[])
                [
                    MadeClips.OneFace,
                    MadeClips.OneFace with
                    {
                        Durations = [20, 40, 100],
                        Rotation = 90,
                    },
                    MadeClips.OneFace with
                    {
                        Rate = 30000,
                        RateDivisor = 1001,
                        Start = 1.5,
                        HasAudio = true,
                    },
                ],
            clip =>
            {
                MadeClipTruth described = new(clip);
                MadeClipTruth made = MadeClips.File(clip).Truth;
                Assert.Equal(clip.Frames, made.Frames.Count);
                Check.All(
                    made.Frames.Zip(described.Frames),
                    p => Assert.Equal(p.Second.Time.TotalSeconds, p.First.Time.TotalSeconds, 0.0001)
                );
            }
        );
    }

    /// <summary>The faces are found where the truth says, with the described expressions.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Drawn_faces_are_found_and_named(int person)
    {
        using FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create();
        Check.All(
            Enum.GetValues<Expression>().Where(e => e != Expression.Fear), // it is weak in these colours
            expression =>
            {
                var clip = new MadeClip
                {
                    Faces =
                    [
                        new ClipFace(person, new ClipPose(0, 100, 110, 110), new ClipPose(2, 220, 130, 130, 12, 20))
                        {
                            Expressions = [new(0, expression)],
                        },
                    ],
                };
                using var drawing = new ClipDrawing(clip);
                foreach (TrueFrame frame in new MadeClipTruth(clip).Frames.Where(f => f.Number % 36 == 0))
                {
                    using Photo photo = drawing.Photo((int)frame.Number);
                    RecognizedFace face = Assert.Single(recognizer.Recognize(photo).Faces);
                    TrueFace? truth = frame.At(face.Box);
                    Assert.NotNull(truth);
                    Assert.True(
                        truth.Box.IntersectionOverUnion(face.Box) > 0.5,
                        $"{expression} {frame.Number}: {truth.Box} {face.Box}"
                    );
                    Assert.Equal((expression.Name(), frame.Number), (face.Label, frame.Number));
                }
            }
        );
    }
}
