using System.Globalization;

namespace Mien.Photos.Benchmarks;

/// <summary>
/// Compares the detection in the frames of a video (<see cref="FaceFollower"/>) with detection anew in every frame.
/// </summary>
internal static class FollowingTables
{
    private const double Seconds = 2;

    public static void Write(DetectionMeasurement measurement)
    {
        foreach (double rate in (double[])[25, 5])
        {
            Write(measurement, rate);
        }
    }

    private static void Write(DetectionMeasurement measurement, double rate)
    {
        using var networks = new RememberedRuns(new ClassifierOptions { Threads = 1, Spinning = false });
        using FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create(
            new RecognizerOptions
            {
                Inference = new ClassifierOptions { Threads = 1, Spinning = false },
            }
        );
        var rows = new Dictionary<string, Tally>();
        foreach (MovingClip clip in MovingClips.All(measurement.Photos))
        {
            if (!rows.TryGetValue(clip.Name, out Tally? tally))
            {
                rows.Add(clip.Name, tally = new Tally());
            }

            Compare(clip, rate, measurement, networks, recognizer, tally);
        }

        Markdown.Heading($"Frames of a video, {rate:0} a second: detection anew | as a video");
        Markdown.Head(
            "",
            "faces",
            "found",
            "others",
            "runs (back, front, full, mesh)",
            "box moved by",
            "probabilities differ by",
            "same label",
            "change from frame to frame",
            "at searched frames"
        );
        foreach ((string name, Tally tally) in rows)
        {
            tally.Write(name);
        }
    }

    private static void Compare(
        MovingClip clip,
        double rate,
        DetectionMeasurement measurement,
        RememberedRuns networks,
        FaceExpressionRecognizer recognizer,
        Tally tally
    )
    {
        DetectionPlan plan = DetectionPlan.Of(measurement.Model);
        DetectionOptions options = measurement.Options(Tiling.Auto);
        var anew = new FaceDetector(networks, plan, 1);
        var follower = new FaceFollower(networks, plan, options, 1);
        IReadOnlyList<RecognizedFace?>[] before =
        [
            [],
            [],
        ];
        for (int i = 0; i < Seconds * rate; i++)
        {
            double time = i / rate;
            using Picture picture = clip.Frame(time, i);
            using Photo photo = picture.ToPhoto();
            Array.Clear(networks.Asked);
            IReadOnlyList<DetectedFace> all = anew.Detect(photo, options);
            int[] anewRuns = [.. networks.Asked];
            Array.Clear(networks.Asked);
            FrameFaces followed = follower.Next(photo, TimeSpan.FromSeconds(time), false, default);
            int[] followedRuns = [.. networks.Asked];
            networks.Forget();
            IReadOnlyList<RecognizedFace?>[] faces =
            [
                tally.Plans[0].Add(picture, all, anewRuns, photo, recognizer),
                tally.Plans[1].Add(picture, followed.Faces, followedRuns, photo, recognizer),
            ];
            tally.Compare(faces[0], faces[1], followed.IsSearched);
            for (int p = 0; p < 2; p++)
            {
                tally.Plans[p].CompareWithLast(before[p], faces[p], followed.IsSearched && i > 0);
            }

            before = faces;
        }
    }

    /// <summary>A mean.</summary>
    private sealed class Mean
    {
        private double sum;
        private int count;

        public void Add(double value)
        {
            sum += value;
            count++;
        }

        public string Times(double factor, string format) =>
            count == 0 ? "" : (factor * sum / count).ToString(format, CultureInfo.InvariantCulture);
    }

    private sealed class PlanTally
    {
        private readonly int[] runs = new int[4];
        private readonly Mean change = new();
        private readonly Mean changeAtSearch = new();
        private int frames;

        public int Marked { get; private set; }

        public int Found { get; private set; }

        public int Others { get; private set; }

        public string Runs => string.Join(' ', runs.Select(r => ((double)r / frames).ToString("0.0")));

        public string Change => change.Times(100, "0.0");

        public string ChangeAtSearch => changeAtSearch.Times(100, "0.0");

        /// <summary>Matches the faces of a frame with the marks, and recognises the found ones.</summary>
        /// <returns>The face for each mark.</returns>
        public IReadOnlyList<RecognizedFace?> Add(
            Picture picture,
            IReadOnlyList<DetectedFace> faces,
            int[] asked,
            Photo photo,
            FaceExpressionRecognizer recognizer
        )
        {
            Matching matching = Matching.Of(picture.Faces, faces);
            frames++;
            Marked += picture.Faces.Count;
            Found += matching.FoundCount;
            Others += matching.False.Count;
            for (int i = 0; i < runs.Length; i++)
            {
                runs[i] += asked[i];
            }

            DetectedFace[] found = [.. matching.Found.OfType<DetectedFace>()];
            RecognitionResult result = recognizer.Recognize(photo, found, default);
            return [.. matching.Found.Select(f => f is null ? null : result.Faces[Array.IndexOf(found, f)])];
        }

        public void CompareWithLast(
            IReadOnlyList<RecognizedFace?> last,
            IReadOnlyList<RecognizedFace?> now,
            bool isSearched
        )
        {
            // If a face left or came, the marks do not belong together.
            if (last.Count != now.Count)
            {
                return;
            }

            foreach ((RecognizedFace? a, RecognizedFace? b) in last.Zip(now))
            {
                if (a is not null && b is not null)
                {
                    (isSearched ? changeAtSearch : change).Add(Difference(a, b));
                }
            }
        }
    }

    private sealed class Tally
    {
        private readonly Mean moved = new();
        private readonly Mean differ = new();
        private readonly Mean same = new();

        public PlanTally[] Plans { get; } = [new(), new()];

        /// <summary>Compares the faces that both found in a frame that was not searched completely.</summary>
        public void Compare(
            IReadOnlyList<RecognizedFace?> anew,
            IReadOnlyList<RecognizedFace?> followed,
            bool isSearched
        )
        {
            foreach ((RecognizedFace? a, RecognizedFace? b) in anew.Zip(followed))
            {
                if (a is not null && b is not null && !isSearched)
                {
                    moved.Add(Moved(a.Box, b.Box));
                    differ.Add(Difference(a, b));
                    same.Add(a.Label == b.Label ? 1 : 0);
                }
            }
        }

        public void Write(string name)
        {
            (PlanTally anew, PlanTally followed) = (Plans[0], Plans[1]);
            Markdown.Row(
                name,
                $"{anew.Marked}",
                $"{anew.Found} \\| {followed.Found}",
                $"{anew.Others} \\| {followed.Others}",
                $"{anew.Runs} \\| {followed.Runs}",
                moved.Times(100, "0.0") + " %",
                differ.Times(100, "0.00"),
                same.Times(100, "0.0") + " %",
                $"{anew.Change} \\| {followed.Change}",
                $"{anew.ChangeAtSearch} \\| {followed.ChangeAtSearch}"
            );
        }
    }

    /// <summary>The mean absolute difference of the probabilities.</summary>
    private static double Difference(RecognizedFace a, RecognizedFace b) =>
        a.LabelScores.Values.Zip(b.LabelScores.Values).Average(p => Math.Abs(p.First - p.Second));

    /// <summary>The mean distance of the four edges, in sides of the box.</summary>
    private static double Moved(FaceBox a, FaceBox b) =>
        (MathF.Abs(a.X - b.X) + MathF.Abs(a.Y - b.Y) + MathF.Abs(a.Right - b.Right) + MathF.Abs(a.Bottom - b.Bottom))
        / (4 * MathF.Sqrt(a.Area));
}
