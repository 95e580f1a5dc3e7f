namespace Mien.Tests;

/// <summary>Compares identities and smoothing across frames with values computed by hand.</summary>
public sealed class FaceTrackerTests
{
    [Fact]
    public void A_sudden_change_reaches_63_percent_after_the_time_constant()
    {
        var tracker = new FaceTracker(
            new FaceTrackerOptions { TimeConstant = TimeSpan.FromSeconds(1), MaxGap = TimeSpan.FromSeconds(5) }
        );
        tracker.Update([Face(100, 100, Expression.Anger)], At(0));
        TrackedFace face = Assert.Single(tracker.Update([Face(100, 100, Expression.Fear)], At(1)));

        // 1/e of the old value remains, and 1 − 1/e of the new one is added.
        Assert.Equal(0.367879f, face.Smoothed.LabelScores[Expression.Anger], 5);
        Assert.Equal(0.632121f, face.Smoothed.LabelScores[Expression.Fear], 5);
        Assert.Equal(Expression.Fear, face.Face.Expression);
        Assert.Equal(At(1), face.Age);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(60)]
    public void Smoothing_does_not_depend_on_the_frame_rate(int framesPerSecond)
    {
        var tracker = new FaceTracker(
            new FaceTrackerOptions { TimeConstant = TimeSpan.FromSeconds(0.5), MaxGap = TimeSpan.FromSeconds(5) }
        );
        TrackedFace face = tracker.Update([Face(100, 100, Expression.Anger)], At(0))[0];
        for (int frame = 1; frame <= 2 * framesPerSecond; frame++)
        {
            face = tracker.Update([Face(100, 100, Expression.Neutral)], At((double)frame / framesPerSecond))[0];
        }

        // Two seconds are four time constants: e⁻⁴ remains.
        Assert.Equal(0.0183156f, face.Smoothed.LabelScores[Expression.Anger], 5);
        Assert.Equal(1, face.Smoothed.LabelScores.Values.Sum(), 5);
        Assert.Equal(1, face.Id);
    }

    [Fact]
    public void A_time_constant_of_zero_and_the_first_frame_are_not_smoothed()
    {
        var raw = new FaceTracker(new FaceTrackerOptions { TimeConstant = TimeSpan.Zero });
        raw.Update([Face(0, 0, Expression.Anger)], At(0));
        Assert.Equal(
            1,
            raw.Update([Face(0, 0, Expression.Sadness)], At(0.01))[0].Smoothed.LabelScores[Expression.Sadness]
        );

        TrackedFace first = new FaceTracker().Update([Face(0, 0, Expression.Sadness)], At(7))[0];
        Assert.Equal((1f, TimeSpan.Zero), (first.Smoothed.LabelScores[Expression.Sadness], first.Age));
    }

    [Fact]
    public void Uncertainty_follows_the_smoothed_confidence()
    {
        var tracker = new FaceTracker(
            new FaceTrackerOptions
            {
                TimeConstant = TimeSpan.FromSeconds(1),
                MaxGap = TimeSpan.FromSeconds(5),
                UncertainBelow = 0.7f,
            }
        );
        Assert.False(tracker.Update([Face(0, 0, Expression.Anger)], At(0))[0].IsUncertain);
        Assert.True(tracker.Update([Face(0, 0, Expression.Fear)], At(1))[0].IsUncertain); // 0.63
        Assert.False(tracker.Update([Face(0, 0, Expression.Fear)], At(2))[0].IsUncertain); // 0.86
    }

    [Fact]
    public void Moving_faces_keep_their_identities_in_any_order()
    {
        var tracker = new FaceTracker();
        IReadOnlyList<TrackedFace> first = tracker.Update([Face(0, 0), Face(300, 0)], At(0));
        IReadOnlyList<TrackedFace> second = tracker.Update([Face(330, 10), Face(40, 20), Face(600, 0)], At(0.1));

        Assert.Equal([1, 2], first.Select(f => f.Id));
        Assert.Equal([2, 1, 3], second.Select(f => f.Id));
        Assert.Equal([330f, 40f, 600f], second.Select(f => f.Face.Box.X));
    }

    [Fact]
    public void The_best_pair_is_matched_first()
    {
        // Both faces are near the first one; the one with the larger overlap continues it.
        var tracker = new FaceTracker();
        tracker.Update([Face(0, 0)], At(0));
        Assert.Equal([2, 1], tracker.Update([Face(50, 0), Face(10, 0)], At(0.1)).Select(f => f.Id));
    }

    [Fact]
    public void A_face_that_moves_too_far_or_changes_its_size_is_a_new_face()
    {
        var options = new FaceTrackerOptions { MaxDistance = 0.8f, MaxGrowth = 1.5f };
        Assert.Equal(1, Second(Face(79, 0)));
        Assert.Equal(2, Second(Face(81, 0)));
        Assert.Equal(1, Second(Face(-20, -20, side: 140)));
        Assert.Equal(2, Second(Face(-30, -30, side: 160)));

        int Second(RecognizedFace face)
        {
            var tracker = new FaceTracker(options);
            tracker.Update([Face(0, 0)], At(0));
            return tracker.Update([face], At(0.1))[0].Id;
        }
    }

    [Fact]
    public void An_identity_survives_a_short_gap_but_not_a_long_one()
    {
        var tracker = new FaceTracker(new FaceTrackerOptions { MaxGap = TimeSpan.FromSeconds(1) });
        tracker.Update([Face(0, 0)], At(0));
        Assert.Empty(tracker.Update([], At(0.5)));
        Assert.Equal(1, tracker.Update([Face(0, 0)], At(1))[0].Id);
        Assert.Equal(2, tracker.Update([Face(0, 0)], At(2.01))[0].Id);
    }

    [Fact]
    public void A_reset_forgets_faces_and_time_but_never_reuses_an_identity()
    {
        var tracker = new FaceTracker();
        tracker.Update([Face(0, 0)], At(10));
        tracker.Reset();
        Assert.Equal(2, tracker.Update([Face(0, 0)], At(0))[0].Id);
    }

    [Fact]
    public void Invalid_arguments_are_refused()
    {
        var tracker = new FaceTracker();
        tracker.Update([], At(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => tracker.Update([], At(0.9)));
        Assert.Throws<ArgumentNullException>(() => tracker.Update(null!, At(2)));
        Assert.Throws<ArgumentException>(() => tracker.Update([null!], At(2)));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new FaceTrackerOptions { TimeConstant = TimeSpan.FromSeconds(-1) }
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaceTrackerOptions { MaxGap = TimeSpan.FromSeconds(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaceTrackerOptions { MaxDistance = float.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaceTrackerOptions { MaxGrowth = 0.9f });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaceTrackerOptions { UncertainBelow = 1.1f });
    }

    [Fact]
    public void Scores_of_different_labels_are_not_mixed()
    {
        var tracker = new FaceTracker(new FaceTrackerOptions { TimeConstant = TimeSpan.FromSeconds(10) });
        tracker.Update([Face(0, 0)], At(0));
        var other = new LabelScores(["calm", "neutral", "contempt"], [0.1f, 0.2f, 0.7f]);
        var face = new RecognizedFace(new FaceBox(0, 0, 100, 100), new ExpressionResult(other), Quality, []);

        TrackedFace tracked = Assert.Single(tracker.Update([face], At(0.1)));

        Assert.Equal((1, "contempt", null), (tracked.Id, tracked.Smoothed.Label, tracked.Smoothed.Expression));
        Assert.Equal(other, tracked.Smoothed.LabelScores);
    }

    [Fact]
    public void Low_confidence_is_that_of_the_smoothed_scores_and_other_reasons_are_those_of_the_frame()
    {
        var tracker = new FaceTracker(new FaceTrackerOptions { TimeConstant = TimeSpan.FromSeconds(10) });
        UncertainReason[] both = [UncertainReason.LowConfidence, UncertainReason.NoContrast];

        TrackedFace sure = Assert.Single(tracker.Update([Face(0, 0, reasons: both)], At(0)));
        TrackedFace next = Assert.Single(tracker.Update([Face(0, 0)], At(1)));

        Assert.Equal([UncertainReason.NoContrast], sure.UncertainReasons);
        Assert.True(sure.IsUncertain);
        Assert.Empty(next.UncertainReasons);
        Assert.False(next.IsUncertain);
    }

    private static readonly FaceQuality Quality = new(100, 1, 50, false, null);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static RecognizedFace Face(
        float x,
        float y,
        Expression expression = Expression.Neutral,
        float side = 100,
        params UncertainReason[] reasons
    )
    {
        float[] probabilities = new float[Expressions.Count];
        probabilities[(int)expression] = 1;
        return new RecognizedFace(
            new FaceBox(x, y, side, side),
            new ExpressionResult(new LabelScores(Expressions.Names, probabilities)),
            Quality,
            reasons
        );
    }
}
