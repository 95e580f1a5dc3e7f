namespace Mien.Tests;

/// <summary>Which looks a search takes, with networks that find what the test says.</summary>
public sealed class FaceSearchTests
{
    private const int Width = 1920;
    private const int Height = 1280;

    [Fact]
    public void A_large_face_alone_needs_neither_tiles_nor_the_mesh()
    {
        using var made = new MadeNetworks(new MadeFaceBox(800, 500, 300));

        (IReadOnlyList<DetectedFace> faces, int runs) = Search(made);

        Assert.Equal(300, Assert.Single(faces).Box.Width, 0.01f);
        Assert.Equal(2, runs);
        Assert.Equal(0, made.MeshRuns);
        Check.All(made.Looks, l => Assert.Equal(new Tile(0, 0, Width, Height), l.Tile));
    }

    [Fact]
    public void A_hint_of_a_small_face_is_followed_into_the_tiles()
    {
        using var made = new MadeNetworks(
            new MadeFaceBox(800, 500, 300),
            new MadeFaceBox(1700, 200, 80) { WholeScore = 0.25f }
        );

        (IReadOnlyList<DetectedFace> faces, int runs) = Search(made);

        Assert.Equal(2, faces.Count);
        Assert.Equal(2 + 4, runs);

        // Without tiles the hint is not enough.
        Assert.Single(Search(made, new DetectionOptions { Tiles = Tiling.None }).Faces);
    }

    [Theory]
    [InlineData(0.9f, true)]
    [InlineData(0.5f, false)]
    public void The_mesh_decides_on_a_candidate_of_low_score(float presence, bool found)
    {
        using var made = new MadeNetworks(new MadeFaceBox(800, 500, 300) { Score = 0.55f, Presence = presence });

        Assert.Equal(found ? 1 : 0, Search(made).Faces.Count);
        Assert.True(made.MeshRuns > 0);
    }

    [Fact]
    public void The_minimum_score_holds_for_candidates_of_low_score_too()
    {
        using var made = new MadeNetworks(new MadeFaceBox(800, 500, 300) { Score = 0.45f });

        Assert.Empty(Search(made).Faces);
        Assert.Single(Search(made, new DetectionOptions { MinScore = 0.4f }).Faces);
    }

    [Theory]
    [InlineData(700, 300, 700)] // large
    [InlineData(-40, 500, 200)] // cut off at the left
    [InlineData(800, 1150, 200)] // and below
    public void A_large_or_cut_face_is_looked_at_with_a_border(float x, float y, float size)
    {
        using var made = new MadeNetworks(new MadeFaceBox(x, y, size));

        (IReadOnlyList<DetectedFace> faces, _) = Search(made);

        (DetectorModel model, Tile tile) = Assert.Single(made.Looks, l => l.Tile.X < 0);
        Assert.Equal((DetectorModel.Back, new Tile(-480, -480, 2880, 2240)), (model, tile));
        Assert.Equal(x, Assert.Single(faces).Box.X, 0.01f);
    }

    [Fact]
    public void The_border_adds_no_small_face()
    {
        using var made = new MadeNetworks(
            new MadeFaceBox(300, 100, 1000),
            new MadeFaceBox(1500, 500, 200) { OnlyWithBorder = true }
        );

        Assert.Single(Search(made).Faces);
    }

    [Theory]
    [InlineData(AngleSearch.Auto, 90, true, 3)]
    [InlineData(AngleSearch.Auto, 45, false, 3)]
    [InlineData(AngleSearch.Upright, 90, false, 0)]
    [InlineData(AngleSearch.Any, 45, true, 7)]
    public void An_empty_photo_is_searched_again_turned(AngleSearch angles, int angle, bool found, int turnedRuns)
    {
        using var made = new MadeNetworks(new MadeFaceBox(800, 500, 300) { Angle = angle });

        (IReadOnlyList<DetectedFace> faces, _) = Search(made, new DetectionOptions { Angles = angles });

        Assert.Equal(found ? 1 : 0, faces.Count);
        Assert.Equal(turnedRuns, made.Looks.Count(l => l.Tile.Angle != 0));
        Assert.Equal(turnedRuns, made.Looks.Count(l => l.Tile.Angle != 0 && l.Tile.Width == Width));
    }

    [Fact]
    public void A_photo_with_a_face_is_turned_only_if_asked_for()
    {
        using var made = new MadeNetworks(
            new MadeFaceBox(200, 500, 300),
            new MadeFaceBox(1200, 500, 300) { Angle = 180 }
        );

        Assert.Single(Search(made).Faces);
        Assert.Equal(2, Search(made, new DetectionOptions { Angles = AngleSearch.Any }).Faces.Count);
    }

    [Fact]
    public void A_box_that_the_mesh_rejects_gives_way_to_one_of_another_angle()
    {
        using var made = new MadeNetworks(
            new MadeFaceBox(700, 500, 300) { Score = 0.7f },
            new MadeFaceBox(730, 500, 300)
            {
                Score = 0.75f,
                Angle = 45,
                Presence = 0.1f,
            }
        );

        DetectedFace face = Assert.Single(Search(made, new DetectionOptions { Angles = AngleSearch.Any }).Faces);

        Assert.Equal(700, face.Box.X, 0.01f);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(65000, 1)]
    [InlineData(1, 65000)]
    [InlineData(300, 7)]
    public void Photos_of_any_shape_are_searched_without_error(int width, int height)
    {
        using Photo photo = Photo.FromPixels(new byte[width * height], width, height, PixelLayout.Gray);
        using FaceDetector detector = FaceDetector.Load(
            DetectorModel.Auto,
            new ClassifierOptions { Threads = 1, Spinning = false }
        );

        Assert.Empty(detector.Detect(photo));
        Assert.Empty(detector.Detect(photo, new DetectionOptions { Angles = AngleSearch.Any }));
    }

    private static (IReadOnlyList<DetectedFace> Faces, int Runs) Search(
        DetectorNetworks networks,
        DetectionOptions? options = null
    )
    {
        using Photo photo = Photo.FromPixels(new byte[Width * Height], Width, Height, PixelLayout.Gray);
        var detector = new FaceDetector(networks, DetectionPlan.Of(DetectorModel.Auto), 1);
        IReadOnlyList<DetectedFace> faces = detector.Detect(
            photo,
            options ?? DetectionOptions.Default,
            out int runs,
            TestContext.Current.CancellationToken
        );
        return (faces, runs);
    }

    /// <summary>A face that the networks find in every tile that contains it, if its angle is the tile's.</summary>
    private sealed record MadeFaceBox(float X, float Y, float Size)
    {
        public float Score { get; init; } = 0.95f;

        /// <summary>The score in the whole photo.</summary>
        public float? WholeScore { get; init; }

        public float Presence { get; init; } = 1;

        public int Angle { get; init; }

        public bool OnlyWithBorder { get; init; }
    }

    private sealed class MadeNetworks(params MadeFaceBox[] faces) : DetectorNetworks(new ClassifierOptions())
    {
        public List<(DetectorModel Model, Tile Tile)> Looks { get; } = [];

        public int MeshRuns { get; private set; }

        public override void Run(DetectorModel model, Photo photo, Tile tile, float minScore, List<FaceCandidate> found)
        {
            Looks.Add((model, tile));
            foreach (MadeFaceBox face in faces)
            {
                bool isWhole = tile.Width >= Width;
                float score = isWhole ? face.WholeScore ?? face.Score : face.Score;
                bool inside =
                    isWhole
                    || (
                        face.X >= tile.X
                        && face.Y >= tile.Y
                        && face.X + face.Size <= tile.X + tile.Width
                        && face.Y + face.Size <= tile.Y + tile.Height
                    );
                if (inside && score >= minScore && face.Angle == tile.Angle && (!face.OnlyWithBorder || tile.X < 0))
                {
                    FaceGeometry geometry = default;
                    geometry[0] = face.X + (face.Size / 2);
                    geometry[1] = face.Y + (face.Size / 2);
                    geometry[2] = geometry[3] = face.Size;
                    found.Add(new FaceCandidate(score, geometry, model, tile.Angle));
                }
            }
        }

        public override float Presence(Photo photo, FaceCandidate face)
        {
            MeshRuns++;
            return faces.First(f => MathF.Abs(f.X - face.Box.X) < 1).Presence;
        }
    }
}
