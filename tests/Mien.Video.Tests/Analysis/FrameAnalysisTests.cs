namespace Mien.Video.Tests;

public class FrameAnalysisTests
{
    private static readonly VideoOptions Following = new() { FollowFaces = true };

    private static readonly Expression[] Faces =
    [
        Expression.Anger,
        Expression.Happiness,
        Expression.Neutral,
        Expression.Sadness,
    ];

    [Fact]
    public async Task Every_frame_has_a_result_in_order_with_its_number_and_time()
    {
        var source = new MadeFrames();
        var results = await MadeFrames
            .Recognizer.RecognizeFramesAsync(
                source.Of(30, 25, i => i % 3 == 2 ? MadePhotos.Empty(640, 360) : MadeFrames.Moving(i), start: 1.4)
            )
            .ToListAsync();
        Assert.Equal(Enumerable.Range(0, 30).Select(i => (long)i), results.Select(r => r.Frame));
        Assert.Equal(source.Taken.Select(f => f.Time), results.Select(r => r.Time));
        Check.All(results, r => Assert.Equal((640, 360), (r.Width, r.Height)));
        Assert.Equal(
            Enumerable.Range(0, 30).Select(i => i % 3 == 2 ? FrameStatus.NoFace : FrameStatus.Ok),
            results.Select(r => r.Status)
        );
        Check.All(results, r => Assert.Null(r.Photo));
        Assert.Equal(0, source.Alive);
    }

    [Fact]
    public async Task A_moving_face_has_one_track()
    {
        var results = await MadeFrames
            .Recognizer.RecognizeFramesAsync(new MadeFrames().Of(50, 25, MadeFrames.Moving))
            .ToListAsync();
        TrackedFace[] faces = [.. results.Select(r => Assert.Single(r.Faces))];
        Check.All(faces, f => Assert.Equal(1, f.Id));
        Check.All(faces, f => Assert.Equal("happiness", f.Face.Label));
    }

    /// <summary>At one frame a second, every frame is searched as a photo is, so the results are the same.</summary>
    [Fact]
    public async Task A_frame_that_is_searched_completely_gives_the_result_of_a_photo()
    {
        using var photos = FaceExpressionRecognizer.Create(
            new RecognizerOptions
            {
                Model = "tiny",
                Inference = new ClassifierOptions { Threads = 1 },
            }
        );
        static GrayImage Picture(int i) =>
            MadePhotos.Canvas(
                900,
                600,
                new MadeFace(Faces[i % 4].Name(), 100 + (30 * i), 50, 200),
                new MadeFace(Faces[(i + 1) % 4].Name(), 500, 300 - (20 * i), 90 + (10 * i))
            );
        var results = await MadeFrames
            .Recognizer.RecognizeFramesAsync(new MadeFrames().Of(6, 1, Picture))
            .ToListAsync();
        for (int i = 0; i < 6; i++)
        {
            using Photo photo = MadePhotos.Photo(Picture(i));
            RecognitionResult expected = photos.Recognize(photo);
            Assert.True(results[i].IsSearched);
            Assert.Equal(expected.DetectorRuns, results[i].DetectorRuns);
            Assert.Equal(
                expected.Faces.Select(f => (f.Box, f.Label, f.Confidence, f.DetectionScore, f.Roll, f.IsUncertain)),
                results[i]
                    .Faces.Select(f => f.Face)
                    .Select(f => (f.Box, f.Label, f.Confidence, f.DetectionScore, f.Roll, f.IsUncertain))
            );
        }
    }

    [Fact]
    public async Task Frames_between_two_searches_have_the_labels_of_a_photo_and_take_fewer_runs()
    {
        using var photos = FaceExpressionRecognizer.Create(new RecognizerOptions { Model = "tiny" });
        int runs = 0;
        var results = await MadeFrames
            .Recognizer.RecognizeFramesAsync(new MadeFrames().Of(25, 25, MadeFrames.Moving), Following)
            .ToListAsync();
        for (int i = 0; i < 25; i++)
        {
            using Photo photo = MadePhotos.Photo(MadeFrames.Moving(i));
            RecognitionResult expected = photos.Recognize(photo);
            runs += expected.DetectorRuns;
            Assert.Equal(expected.Faces.Select(f => f.Label), results[i].Faces.Select(f => f.Face.Label));
            Check.All(
                expected.Faces.Zip(results[i].Faces),
                p => Assert.True(p.First.Box.IntersectionOverUnion(p.Second.Face.Box) > 0.8f)
            );
        }

        Assert.True(results.Sum(r => r.DetectorRuns) < 0.8 * runs, $"{results.Sum(r => r.DetectorRuns)} of {runs}");
    }

    [Fact]
    public async Task Unless_faces_are_followed_every_frame_has_the_results_of_a_photo()
    {
        using var photos = FaceExpressionRecognizer.Create(new RecognizerOptions { Model = "tiny" });
        var results = await MadeFrames
            .Recognizer.RecognizeFramesAsync(new MadeFrames().Of(6, 25, MadeFrames.Moving))
            .ToListAsync();
        for (int i = 0; i < 6; i++)
        {
            using Photo photo = MadePhotos.Photo(MadeFrames.Moving(i));
            RecognizedFace expected = Assert.Single(photos.Recognize(photo).Faces);
            RecognizedFace face = Assert.Single(results[i].Faces).Face;
            Assert.Equal(expected.Box, face.Box);
            Assert.Equal(expected.LabelScores.Values, face.LabelScores.Values);
        }
    }

    [Fact]
    public async Task Whole_seconds_are_searched_completely()
    {
        var results = await MadeFrames
            .Recognizer.RecognizeFramesAsync(new MadeFrames().Of(70, 25, MadeFrames.Moving, start: 2.45), Following)
            .ToListAsync();
        Assert.Equal([2.45, 3.01, 4.01, 5.01], results.Where(r => r.IsSearched).Select(r => r.Time.TotalSeconds));
    }

    [Fact]
    public async Task A_cut_is_recognised_ends_the_tracks_and_is_searched_completely()
    {
        static GrayImage Scenes(int i)
        {
            MadeFace face = i < 9 ? new("happiness", 100, 100, 150) : new("anger", 380, 60, 200);
            GrayImage image = MadePhotos.Canvas(640, 360, face);
            for (int p = 0; p < image.Pixels.Length; p++)
            {
                (int x, int y) = (p % 640, p / 640);
                if (x < face.X - 30 || x >= face.X + face.Side + 30 || y >= face.Y + face.Side + 20)
                {
                    uint cell = (uint)((x / 20 * 73856093) ^ (y / 18 * 19349663));
                    bool isDark = i < 9 ? x / 20 % 2 == 0 : ((cell * 2654435761) >> 20) % 2 == 0;
                    image.Pixels[p] = (byte)(isDark ? 40 : 200);
                }
            }

            return image;
        }

        var results = await MadeFrames
            .Recognizer.RecognizeFramesAsync(new MadeFrames().Of(20, 25, Scenes), Following)
            .ToListAsync();
        Assert.Equal(9, Assert.Single(results, r => r.IsCut).Frame);
        Assert.Equal([0, 9], results.Where(r => r.IsSearched).Select(r => r.Frame));
        Check.All(results, r => Assert.Equal(r.Frame < 9 ? 1 : 2, Assert.Single(r.Faces).Id));
    }

    [Fact]
    public async Task Frames_that_are_face_crops_are_classified_whole_as_by_photos()
    {
        var results = await MadeFrames
            .Recognizer.RecognizeFramesAsync(new MadeFrames().Of(4, 5, i => SampleFaces.Crop(Faces[i])))
            .ToListAsync();
        Assert.Equal(Faces.Select(f => f.Name()), results.Select(r => Assert.Single(r.Faces).Face.Label));
        Check.All(results, r => Assert.Equal(new FaceBox(0, 0, 48, 48), r.Faces[0].Face.Box));
        Check.All(results, r => Assert.Equal(0, r.DetectorRuns));
    }

    [Fact]
    public async Task Photos_are_kept_until_the_enumeration_moves_on()
    {
        var source = new MadeFrames();
        var options = new VideoOptions { KeepPhotos = true };
        var kept = new List<Photo>();
        await foreach (
            FrameResult result in MadeFrames.Recognizer.RecognizeFramesAsync(
                source.Of(12, 25, MadeFrames.Moving),
                options
            )
        )
        {
            Assert.DoesNotContain(kept, p => !MadeFrames.IsDisposed(p));
            Assert.Same(source.Taken[(int)result.Frame].Photo, result.Photo);
            Assert.Equal(640 * 360 * 4, result.Photo!.Rgba.Length);
            kept.Add(result.Photo);
        }

        Assert.Equal(12, kept.Count);
        Assert.Equal(0, source.Alive);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_bounded_number_of_frames_is_taken_in_advance(bool keepPhotos)
    {
        var source = new MadeFrames();
        FrameAnalysis analysis = MadeFrames.Recognizer.Analysis(new VideoOptions { KeepPhotos = keepPhotos });
        await foreach (FrameResult result in analysis.Run(source.Of(60, 25, MadeFrames.Moving), CancellationToken.None))
        {
            int workers = Math.Clamp(Environment.ProcessorCount - 1, 1, 8);
            await Task.Delay(1);
            Assert.True(source.Taken.Count <= result.Frame + 1 + (4 * workers) + 1);
            Assert.True(source.Alive <= (keepPhotos ? 2 * workers : workers) + 2, $"{source.Alive} frames");
        }

        Assert.Equal(60, source.Taken.Count);
        Assert.Equal(0, source.Alive);
    }

    [Fact]
    public async Task The_options_of_the_detection_and_the_head_hold_for_all_frames()
    {
        static GrayImage Two(int i) =>
            MadePhotos.Canvas(
                900,
                500,
                new MadeFace("anger", 60 + i, 100, 240),
                new MadeFace("happiness", 560, 150 + i, 150)
            );
        foreach (DetectorModel detector in Enum.GetValues<DetectorModel>())
        {
            var options = new RecognizerOptions
            {
                Model = "tiny",
                Detector = detector,
                Detection = new DetectionOptions { MaxFaces = 1 },
            };
            using var recognizer = VideoRecognizer.Create(options);
            var results = await recognizer.RecognizeFramesAsync(new MadeFrames().Of(8, 25, Two)).ToListAsync();
            Check.All(results, r => Assert.Equal("anger", Assert.Single(r.Faces).Face.Label));
        }

        using var small = VideoRecognizer.Create(
            new RecognizerOptions
            {
                Model = "tiny",
                Detection = new DetectionOptions { MinFace = 180 },
            }
        );
        var large = await small.RecognizeFramesAsync(new MadeFrames().Of(8, 25, Two)).ToListAsync();
        Check.All(large, r => Assert.Equal("anger", Assert.Single(r.Faces).Face.Label));
    }
}
