namespace Mien.Video.Tests;

/// <summary>Which detector runs the frames of a video take, with networks that know where the faces are.</summary>
public class FaceFollowerTests
{
    private const int Rate = 25;
    private static readonly FaceBox Ordinary = new(500, 300, 150, 150);
    private static readonly FaceBox Small = new(100, 80, 40, 40);

    [Fact]
    public void Between_whole_seconds_only_the_run_that_found_the_face_is_repeated()
    {
        using var networks = new KnownFaces(_ => [Ordinary]);
        Step[] steps = Follow(networks, 2 * Rate);
        Assert.Equal([0, Rate], Searched(steps));
        Check.All(steps, s => Assert.Equal(Ordinary, Assert.Single(s.Faces)));
        Assert.Equal(["back", "full"], steps[0].Runs);

        // The other network looks for other faces ten times a second.
        Check.All(steps.Where(s => !s.IsSearched), s => Assert.Equal("full", s.Runs[0]));
        Assert.Equal(9, steps.Take(Rate).Skip(1).Count(s => s.Runs is ["full", "back"]));
        Check.All(steps.Where(s => !s.IsSearched), s => Assert.InRange(s.Runs.Length, 1, 2));
    }

    [Fact]
    public void A_face_is_followed_by_the_network_that_found_it()
    {
        using var networks = new KnownFaces(_ => [Ordinary]) { Scores = { [DetectorModel.Back] = 0.95f } };
        Step[] steps = Follow(networks, Rate);
        Check.All(steps.Skip(1), s => Assert.Equal("back", s.Runs[0]));
        Check.All(steps, s => Assert.Equal(DetectorModel.Back, s.Detector));
        Assert.Equal([0], Searched(steps));
    }

    [Fact]
    public void A_frame_in_which_a_face_is_lost_or_appears_is_searched_completely()
    {
        var second = new FaceBox(900, 200, 160, 160);
        using var networks = new KnownFaces(i => i is >= 7 and < 15 ? [Ordinary, second] : [Ordinary]);
        Step[] steps = Follow(networks, Rate);
        Assert.Equal([0, 7, 15], Searched(steps));
        Check.All(steps, (s, i) => Assert.Equal(i is >= 7 and < 15 ? 2 : 1, s.Faces.Count));
    }

    [Fact]
    public void A_face_that_flickers_does_not_cause_a_search_in_every_frame()
    {
        using var networks = new KnownFaces(i => i % 2 == 0 ? [Ordinary] : []);
        Step[] steps = Follow(networks, 3 * Rate);
        Assert.Equal(3 * (1 + FaceFollower.MaxSearches), Searched(steps).Length);
        Check.All(steps, (s, i) => Assert.Equal(i % 2 == 0 ? 1 : 0, s.Faces.Count));
    }

    [Fact]
    public void A_small_face_is_followed_in_its_tile_and_then_around_its_place()
    {
        using var networks = new KnownFaces(i => [Ordinary, Small with { X = Small.X + (24 * i) }]) { Hint = 0.3f };
        Step[] steps = Follow(networks, Rate);
        Assert.Equal([0], Searched(steps));
        Check.All(
            steps,
            (s, i) =>
                Assert.Equal(
                    [Small.X + (24 * i), Ordinary.X],
                    s.Faces.OrderBy(f => f.Width).Select(f => MathF.Round(f.X))
                )
        );

        // Without tiles it would take back and full, and with them four runs more.
        Check.All(steps.Skip(1), s => Assert.InRange(s.Runs.Length, 2, 5));
        Assert.True(steps.Skip(1).Average(s => s.Runs.Length) < 3.5);
    }

    [Fact]
    public void A_hint_of_a_small_face_asks_for_the_tiles_as_in_a_photo()
    {
        using var networks = new KnownFaces(i => i < 12 ? [Ordinary] : [Ordinary, Small]) { Hint = 0.3f };
        Step[] steps = Follow(networks, Rate);
        Assert.Equal([0, 12], Searched(steps));
        Assert.Equal(2, steps[12].Faces.Count);
    }

    [Fact]
    public void A_small_face_that_appears_in_an_empty_scene_is_found_by_turns()
    {
        using var networks = new KnownFaces(i => i < 30 ? [] : [Small]);
        Step[] steps = Follow(networks, 2 * Rate);
        Check.All(steps.Where(s => !s.IsSearched), s => Assert.InRange(s.Runs.Length, 1, 3));
        int first = Array.FindIndex(steps, s => s.Faces.Count > 0);
        Assert.InRange(first, 30, 34);
        Check.All(steps[first..], s => Assert.Equal(Small, Assert.Single(s.Faces)));
    }

    [Fact]
    public void A_large_face_is_followed_in_the_photo_with_a_border()
    {
        using var networks = new KnownFaces(_ => [new FaceBox(400, 100, 500, 500)]);
        Step[] steps = Follow(networks, Rate);
        Assert.Equal([0], Searched(steps));
        Assert.Equal(["back", "full", "back"], steps[0].Runs);
        Check.All(steps.Skip(1), s => Assert.InRange(s.Runs.Length, 2, 3));
    }

    [Theory]
    [InlineData(DetectorModel.Back)]
    [InlineData(DetectorModel.Front)]
    [InlineData(DetectorModel.Full)]
    public void A_detector_that_the_user_chose_is_the_only_one(DetectorModel model)
    {
        using var networks = new KnownFaces(i => i < 10 ? [Ordinary] : [Small]);
        Step[] steps = Follow(networks, Rate, model);
        Check.All(steps.SelectMany(s => s.Runs), r => Assert.Equal(model.ToString().ToLowerInvariant(), r));
    }

    [Fact]
    public void A_cut_is_searched_completely()
    {
        using var networks = new KnownFaces(_ => [Ordinary]);
        Step[] steps = Follow(networks, Rate, isCut: i => i is 5 or 11);
        Assert.Equal([0, 5, 11], Searched(steps));
        steps = Follow(networks, Rate, isCut: _ => true);
        Assert.Equal(1 + FaceFollower.MaxCuts, Searched(steps).Length);
    }

    [Fact]
    public void At_one_frame_a_second_every_frame_is_searched_completely()
    {
        using var networks = new KnownFaces(_ => [Ordinary]);
        using Photo photo = MadePhotos.Photo(MadePhotos.Empty(1280, 720));
        var follower = new FaceFollower(networks, DetectionPlan.Of(DetectorModel.Auto), DetectionOptions.Default, 1);
        for (int i = 0; i < 5; i++)
        {
            Assert.True(follower.Next(photo, TimeSpan.FromSeconds(i + 0.99), false, default).IsSearched);
        }
    }

    [Fact]
    public void At_ten_frames_a_second_every_frame_with_faces_is_searched_completely()
    {
        using var networks = new KnownFaces(i => i < 5 ? [Ordinary] : []);
        using Photo photo = MadePhotos.Photo(MadePhotos.Empty(1280, 720));
        var follower = new FaceFollower(networks, DetectionPlan.Of(DetectorModel.Auto), DetectionOptions.Default, 1);
        var searched = new List<bool>();
        for (networks.Frame = 0; networks.Frame < 10; networks.Frame++)
        {
            TimeSpan time = TimeSpan.FromSeconds(networks.Frame / 10.0);
            searched.Add(follower.Next(photo, time, false, default).IsSearched);
        }

        Assert.Equal([true, true, true, true, true, true, false, false, false, false], searched);
    }

    [Fact]
    public void From_a_whole_second_on_the_frames_before_do_not_matter()
    {
        static FaceBox[] Faces(int i) =>
            i % 7 == 3 ? [] : [Ordinary with { X = 400 + (20 * (i % 30)) }, Small with { X = 300 + (9 * i) }];
        using var networks = new KnownFaces(Faces);
        Step[] all = Follow(networks, 3 * Rate);
        Step[] later = Follow(networks, 3 * Rate, first: Rate);
        Assert.Equal(all.Skip(Rate).Select(s => s.ToString()), later.Select(s => s.ToString()));
    }

    [Fact]
    public void A_frame_of_another_size_is_searched_completely()
    {
        using var networks = new KnownFaces(_ => [Ordinary]);
        using Photo photo = MadePhotos.Photo(MadePhotos.Empty(1280, 720));
        using Photo other = MadePhotos.Photo(MadePhotos.Empty(960, 720));
        var follower = new FaceFollower(networks, DetectionPlan.Of(DetectorModel.Auto), DetectionOptions.Default, 1);
        follower.Next(photo, TimeSpan.Zero, false, default);
        Assert.False(follower.Next(photo, TimeSpan.FromSeconds(0.04), false, default).IsSearched);
        Assert.True(follower.Next(other, TimeSpan.FromSeconds(0.08), false, default).IsSearched);
    }

    private static int[] Searched(Step[] steps) =>
        [.. steps.Index().Where(s => s.Item.IsSearched).Select(s => s.Index)];

    private static Step[] Follow(
        object known,
        int end,
        DetectorModel model = DetectorModel.Auto,
        Func<int, bool>? isCut = null,
        int first = 0
    )
    {
        var networks = (KnownFaces)known;
        using Photo photo = MadePhotos.Photo(MadePhotos.Empty(1280, 720));
        var follower = new FaceFollower(networks, DetectionPlan.Of(model), DetectionOptions.Default, 1);
        var steps = new List<Step>();
        for (int i = first; i < end; i++)
        {
            networks.Frame = i;
            networks.Runs.Clear();
            FrameFaces found = follower.Next(
                photo,
                TimeSpan.FromSeconds((double)i / Rate),
                isCut?.Invoke(i) == true,
                default
            );
            Assert.Equal(networks.Runs.Count, found.Runs);
            steps.Add(
                new Step(
                    [.. found.Faces.Select(f => f.Box)],
                    [.. networks.Runs],
                    found.IsSearched,
                    found.Faces is [var leading, ..] ? leading.Detector : null
                )
            );
        }

        return [.. steps];
    }

    private sealed record Step(IReadOnlyList<FaceBox> Faces, string[] Runs, bool IsSearched, DetectorModel? Detector)
    {
        public override string ToString() =>
            $"{string.Join(' ', Faces)} {string.Join(' ', Runs)} {IsSearched} {Detector}";
    }

    /// <summary>
    /// Networks that find a face if it is whole in the tile and has at least 0.05 of its longer side.
    /// </summary>
    private sealed class KnownFaces(Func<int, FaceBox[]> faces) : DetectorNetworks(new ClassifierOptions())
    {
        public int Frame { get; set; }

        public List<string> Runs { get; } = [];

        public Dictionary<DetectorModel, float> Scores { get; } = new() { [DetectorModel.Full] = 0.9f };

        /// <summary>The score of faces that are too small for the tile.</summary>
        public float Hint { get; init; }

        public override void Run(DetectorModel model, Photo photo, Tile tile, float minScore, List<FaceCandidate> found)
        {
            Runs.Add(model.ToString().ToLowerInvariant());
            foreach (FaceBox box in faces(Frame))
            {
                bool isWhole =
                    box.X >= tile.X
                    && box.Y >= tile.Y
                    && box.Right <= tile.X + tile.Width
                    && box.Bottom <= tile.Y + tile.Height;
                bool isLarge = box.Width >= 0.05f * Math.Max(tile.Width, tile.Height);
                float score = isLarge ? Scores.GetValueOrDefault(model, 0.85f) : Hint;
                if (tile.Angle == 0 && isWhole && score > 0 && score >= minScore)
                {
                    found.Add(new FaceCandidate(score, Geometry(box), model));
                }
            }
        }

        public override float Presence(Photo photo, FaceCandidate face) => 1;

        private static FaceGeometry Geometry(FaceBox box)
        {
            FaceGeometry geometry = default;
            (geometry[0], geometry[1], geometry[2], geometry[3]) = (box.Center.X, box.Center.Y, box.Width, box.Height);
            for (int i = 4; i < FaceGeometry.Length; i += 2)
            {
                (geometry[i], geometry[i + 1]) = (box.Center.X + i, box.Center.Y);
            }

            return geometry;
        }
    }
}
