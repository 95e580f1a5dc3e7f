namespace Mien.Tests;

/// <summary>Cuts are found, and what only changes much is no cut.</summary>
public sealed class CutTests
{
    private const int Seeds = 6;

    [Theory]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(25)]
    public void A_cut_between_two_scenes_is_found_at_its_first_frame(double rate)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            TimeSpan cut = Assert.Single(Cuts(Shot.Cut, seed, rate));
            Assert.InRange(cut.TotalSeconds, MadeShots.CutAt, MadeShots.CutAt + (1 / rate) - 0.001);
        }
    }

    public static TheoryData<Shot, double> Shots()
    {
        var data = new TheoryData<Shot, double>();
        foreach (Shot shot in Enum.GetValues<Shot>().Where(s => s != Shot.Cut))
        {
            // At five frames per second these look like cuts: half of the picture is new in each frame, or a fifth of
            // another picture is added.
            if (shot is not (Shot.WhipPan or Shot.Dissolve))
            {
                data.Add(shot, 5);
            }

            data.Add(shot, 12);
            data.Add(shot, 25);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Shots))]
    public void Motion_and_light_are_no_cuts(Shot shot, double rate)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            Assert.Empty(Cuts(shot, seed, rate));
        }
    }

    [Fact]
    public void Frames_without_content_and_the_first_frame_are_no_cuts()
    {
        var cuts = new CutDetector();
        FrameSignature black = Flat(0),
            gray = Flat(128),
            white = Flat(255);
        FrameSignature[] frames = [black, gray, Scene(1), black, Scene(1), white, Scene(1)];
        for (int i = 0; i < frames.Length; i++)
        {
            Assert.False(cuts.IsCut(frames[i], TimeSpan.FromSeconds(i / 5.0)));
        }
    }

    [Fact]
    public void Another_scene_after_some_black_frames_is_a_cut_but_not_after_a_long_time()
    {
        Assert.True(After(0.4));
        Assert.False(After(5));

        static bool After(double seconds)
        {
            var cuts = new CutDetector();
            cuts.IsCut(Scene(1), TimeSpan.Zero);
            cuts.IsCut(Flat(0), TimeSpan.FromSeconds(0.2));
            return cuts.IsCut(Scene(2), TimeSpan.FromSeconds(seconds));
        }
    }

    [Fact]
    public void A_cut_ends_tracks_and_smoothing()
    {
        var tracker = new FaceTracker(new FaceTrackerOptions { TimeConstant = TimeSpan.FromSeconds(10) });
        var box = new FaceBox(60, 20, 40, 40);
        FaceSignature look = MadeFaces.SignatureOf(MadePerson.Of(new Random(1)), 1, Expression.Neutral);
        Assert.Equal(1, Next(Scene(1), 0, Expression.Anger).Id);
        Assert.Equal(1, Next(Scene(1), 0.2, Expression.Anger).Id);
        Assert.False(tracker.IsCut);

        TrackedFace after = Next(Scene(2), 0.4, Expression.Fear);

        Assert.True(tracker.IsCut);
        Assert.Equal((2, TimeSpan.Zero), (after.Id, after.Age));
        Assert.Equal(1, after.Smoothed.LabelScores[Expression.Fear]);
        Assert.Equal(2, Next(Scene(2), 0.6, Expression.Fear).Id);
        Assert.False(tracker.IsCut);

        TrackedFace Next(FrameSignature scene, double time, Expression expression) =>
            tracker.Update(
                [MadeFaces.Recognized(box, expression)],
                TimeSpan.FromSeconds(time),
                new FrameAppearance(scene, [look])
            )[0];
    }

    private static FrameSignature Scene(int seed)
    {
        using Photo photo = new MadePicture(160, 90, seed).ToPhoto();
        return FrameSignature.Of(photo);
    }

    private static FrameSignature Flat(byte gray)
    {
        byte[] pixels = new byte[160 * 90];
        pixels.AsSpan().Fill(gray);
        using Photo photo = Photo.FromPixels(pixels, 160, 90, PixelLayout.Gray);
        return FrameSignature.Of(photo);
    }

    private static List<TimeSpan> Cuts(Shot shot, int seed, double rate)
    {
        var tracker = new FaceTracker();
        var cuts = new List<TimeSpan>();
        foreach ((TimeSpan time, Photo photo) in MadeShots.Play(shot, seed, rate))
        {
            using (photo)
            {
                tracker.Update([], time, FrameAppearance.Of(photo, []));
            }

            if (tracker.IsCut)
            {
                cuts.Add(time);
            }
        }

        return cuts;
    }
}
