namespace Mien.Tests;

public sealed class FaceMergerTests
{
    [Fact]
    public void Overlapping_boxes_are_blended_by_score_and_keep_the_best_score()
    {
        List<FaceCandidate> faces = FaceMerger.Merge([
            Face(0.6f, 110, 100, 80),
            Face(0.9f, 100, 100, 80),
            Face(0.8f, 400, 100, 80),
        ]);

        Assert.Equal([0.9f, 0.8f], faces.Select(f => f.Score));
        FaceGeometry blended = faces[0].Geometry;
        Assert.Equal(((0.9 * 100) + (0.6 * 110)) / 1.5, blended[0], 1e-3);
        Assert.Equal(100, blended[1], 1e-3);
        Assert.Equal(80, blended[2], 1e-3);
        Assert.Equal(((0.9 * 99) + (0.6 * 109)) / 1.5, blended[4], 1e-3);
        Assert.Equal(400, faces[1].Geometry[0], 1e-3);
    }

    [Theory]
    [InlineData(53, 1)] // IoU 0.33 / 0.30
    [InlineData(55, 2)]
    public void Boxes_are_merged_from_an_IoU_of_0_3(float shift, int count)
    {
        // Squares of 100 shifted by s: (100 − s) / (100 + s); 53.85 gives 0.3.
        Assert.Equal(count, FaceMerger.Merge([Face(0.9f, 100, 100, 100), Face(0.8f, 100 + shift, 100, 100)]).Count);
    }

    [Fact]
    public void A_box_inside_a_better_one_is_dropped()
    {
        Assert.Single(FaceMerger.Merge([Face(0.9f, 100, 100, 100), Face(0.85f, 120, 110, 40)]));
        Assert.Single(FaceMerger.Merge([Face(0.8f, 100, 100, 100), Face(0.95f, 120, 110, 40)]));
        Assert.Equal(2, FaceMerger.Merge([Face(0.9f, 100, 100, 100), Face(0.85f, 165, 110, 40)]).Count);
    }

    [Fact]
    public void The_order_of_the_candidates_does_not_matter()
    {
        FaceCandidate[] candidates =
        [
            .. Enumerable.Range(0, 40).Select(i => Face(0.5f + (i * 0.012f), i * 37 % 400, i * 91 % 300, 60)),
        ];
        List<FaceCandidate> forwards = FaceMerger.Merge([.. candidates]);
        List<FaceCandidate> backwards = FaceMerger.Merge([.. candidates.Reverse()]);

        Assert.Equal(forwards.Select(f => (f.Score, f.Box)), backwards.Select(f => (f.Score, f.Box)));
        Assert.Empty(FaceMerger.Merge([]));
    }

    [Fact]
    public void Faces_are_ordered_line_by_line_and_from_left_to_right()
    {
        // Two lines of faces at slightly different heights, and one small face above them.
        (float X, float Y, float Side)[] places =
        [
            (300, 110, 80),
            (100, 100, 80),
            (500, 90, 80),
            (450, 300, 80),
            (250, 320, 80),
            (350, 20, 30),
        ];
        List<DetectedFace> ordered = FaceMerger.InReadingOrder(
            places.Select(p => Face(0.9f, p.X, p.Y, p.Side).ToFace())
        );
        Assert.Equal([350, 100, 300, 500, 250, 450], ordered.Select(f => (int)f.Box.Center.X));
    }

    [Fact]
    public void Intersection_over_union_matches_values_computed_by_hand()
    {
        var box = new FaceBox(0, 0, 10, 10);
        Assert.Equal(1, box.IntersectionOverUnion(box), 1e-6);
        Assert.Equal(1 / 7.0, box.IntersectionOverUnion(new FaceBox(5, 5, 10, 10)), 1e-6);
        Assert.Equal(0, box.IntersectionOverUnion(new FaceBox(10, 0, 10, 10)));
        Assert.Equal(25, box.Overlap(new FaceBox(5, 5, 10, 10)));
        Assert.Equal(new FacePoint(5, 5), box.Center);
        Assert.Equal((100f, 10f, 10f), (box.Area, box.Right, box.Bottom));
    }

    [Fact]
    public void Roll_is_the_angle_of_the_eyes()
    {
        Assert.Equal(0, Eyes(10, 0).Roll);
        Assert.Equal(45, Eyes(10, 10).Roll, 1e-3);
        Assert.Equal(-90, Eyes(0, -10).Roll, 1e-3);
        Assert.Equal(180, Eyes(-10, 0).Roll, 1e-3);

        static FaceKeypoints Eyes(float x, float y) =>
            new(new(50, 50), new(50 + x, 50 + y), default, default, default, default);
    }

    private static FaceCandidate Face(float score, float x, float y, float side)
    {
        FaceGeometry geometry = default;
        (geometry[0], geometry[1], geometry[2], geometry[3]) = (x, y, side, side);
        for (int i = 4; i < FaceGeometry.Length; i += 2)
        {
            (geometry[i], geometry[i + 1]) = (x - 1, y + i);
        }

        return new FaceCandidate(score, geometry);
    }
}
