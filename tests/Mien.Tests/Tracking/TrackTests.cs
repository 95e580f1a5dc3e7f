namespace Mien.Tests;

/// <summary>Identities over occlusions and crossings, and what holds of all identities.</summary>
public sealed class TrackTests
{
    private const int Films = 100;

    [Theory]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(25)]
    public void Crossings_and_occlusions_keep_identities(double rate)
    {
        int before = 0,
            motion = 0,
            appearance = 0,
            cuts = 0;
        Parallel.For(
            0,
            Films,
            seed =>
            {
                var greedy = new GreedyTracker();
                var plain = new FaceTracker();
                var full = new FaceTracker();
                IdentityCount[] counts = [new(), new(), new()];
                foreach (
                    (TimeSpan time, (int Person, FaceBox Box)[] found, MadePicture picture) in new MadeFilm(seed).Play(
                        rate
                    )
                )
                {
                    int[] people = [.. found.Select(f => f.Person)];
                    FaceBox[] boxes = [.. found.Select(f => f.Box)];
                    RecognizedFace[] faces = [.. boxes.Select(b => MadeFaces.Recognized(b))];
                    using Photo photo = picture.ToPhoto();
                    counts[0].Add(time, people, greedy.Update(boxes, time));
                    counts[1].Add(time, people, plain.Update(faces, time).Select(f => f.Id));
                    FrameAppearance looks = FrameAppearance.Of(photo, boxes);
                    counts[2].Add(time, people, full.Update(faces, time, looks).Select(f => f.Id));
                    Interlocked.Add(ref cuts, full.IsCut ? 1 : 0);
                }

                Interlocked.Add(ref before, counts[0].Errors);
                Interlocked.Add(ref motion, counts[1].Errors);
                Interlocked.Add(ref appearance, counts[2].Errors);
            }
        );
        string counted = $"{before} before, {motion} by motion, {appearance} with appearance, {cuts} cuts";
        TestContext.Current.TestOutputHelper?.WriteLine($"{Films} films at {rate} fps: {counted}");
        Assert.True(appearance <= 12 && 3 * motion < 2 * before && cuts == 0, counted);
    }

    [Fact]
    public void The_same_person_is_known_after_a_gap_and_another_one_is_not()
    {
        var random = new Random(5);
        MadePerson first = MadePerson.Of(random),
            second = MadePerson.Of(random);
        Assert.Equal(1, Afterwards(first, 1.5));
        Assert.Equal(2, Afterwards(second, 1.5));
        Assert.Equal(2, Afterwards(first, 2.5));

        int Afterwards(MadePerson person, double gap)
        {
            var tracker = new FaceTracker();
            for (int frame = 0; frame < 10; frame++)
            {
                Next(tracker, first, frame * 0.2, frame);
            }

            return Next(tracker, person, 1.8 + gap, 20);
        }

        static int Next(FaceTracker tracker, MadePerson person, double time, int noise)
        {
            FaceSignature look = MadeFaces.SignatureOf(person, 1, (Expression)(noise % Expressions.Count), noise);
            return tracker
                .Update(
                    [MadeFaces.Recognized(new FaceBox(100 + (noise % 3), 100, 60, 60))],
                    TimeSpan.FromSeconds(time),
                    new FrameAppearance(null, [look])
                )[0]
                .Id;
        }
    }

    [Fact]
    public void The_greatest_distance_depends_on_the_time_and_not_on_the_frames()
    {
        // 0.3 sides and 2 a second are 0.5 after 0.1 s and 1.3 after 0.5 s.
        Assert.Equal(1, Second(49, 0.1));
        Assert.Equal(2, Second(51, 0.1));
        Assert.Equal(1, Second(129, 0.5));
        Assert.Equal(2, Second(131, 0.5));

        static int Second(float x, double time)
        {
            var tracker = new FaceTracker(new FaceTrackerOptions { MaxSpeed = 2 });
            tracker.Update([MadeFaces.Recognized(new FaceBox(0, 0, 100, 100))], TimeSpan.Zero);
            return tracker
                .Update([MadeFaces.Recognized(new FaceBox(x, 0, 100, 100))], TimeSpan.FromSeconds(time))[0]
                .Id;
        }
    }

    [Fact]
    public void Expectations_do_not_depend_on_the_number_of_steps()
    {
        var once = new FaceMotion(0);
        once.Advance(0.1);
        once.Correct(30, 1);
        FaceMotion often = once;
        once.Advance(1);
        for (int i = 0; i < 20; i++)
        {
            often.Advance(0.05);
        }

        Assert.True(once.Position > 60);
        Assert.Equal(once.Position, often.Position, 6);
        Assert.Equal(once.Spread, often.Spread, 6);
    }

    [Fact]
    public void Identities_are_distinct_never_reused_and_in_the_order_of_the_faces()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            int firstId = random.Next(1, 50);
            var tracker = new FaceTracker(new FaceTrackerOptions { FirstId = firstId });
            var seen = new Dictionary<int, TimeSpan>();
            TimeSpan time = TimeSpan.FromSeconds(random.NextDouble());
            for (int frame = 0; frame < 40; frame++)
            {
                time += TimeSpan.FromSeconds(0.04 + (random.Next(20) == 0 ? 3 : 0.3 * random.NextDouble()));
                RecognizedFace[] faces =
                [
                    .. Enumerable
                        .Range(0, random.Next(6))
                        .Select(_ =>
                            MadeFaces.Recognized(
                                new FaceBox(
                                    300 * random.NextSingle(),
                                    100 * random.NextSingle(),
                                    20 + (60 * random.NextSingle()),
                                    20 + (60 * random.NextSingle())
                                )
                            )
                        ),
                ];
                IReadOnlyList<TrackedFace> tracked = tracker.Update(faces, time);
                Assert.Equal(faces, tracked.Select(f => f.Face));
                Assert.Equal(faces.Length, tracked.Select(f => f.Id).Distinct().Count());
                foreach (TrackedFace face in tracked)
                {
                    bool known = seen.TryGetValue(face.Id, out TimeSpan last);
                    Assert.Equal(known, face.Age > TimeSpan.Zero);
                    Assert.True(known ? time - last <= TimeSpan.FromSeconds(2) : face.Id == firstId + seen.Count);
                    seen[face.Id] = time;
                }
            }
        }
    }

    [Fact]
    public void Tracks_are_the_same_when_the_last_seconds_are_replayed()
    {
        var films = Enumerable.Range(0, 4).SelectMany(s => new MadeFilm(s * 5).Play(12).Select(f => (s, f))).ToArray();
        var whole = new FaceTracker();
        FaceTracker? late = null;
        var names = new Dictionary<int, int>();
        foreach ((int film, (TimeSpan time, (int Person, FaceBox Box)[] found, MadePicture picture)) in films)
        {
            TimeSpan at = time + TimeSpan.FromSeconds(5 * film);
            FaceBox[] boxes = [.. found.Select(f => f.Box)];
            RecognizedFace[] faces = [.. boxes.Select(b => MadeFaces.Recognized(b))];
            using Photo photo = picture.ToPhoto();
            FrameAppearance appearance = FrameAppearance.Of(photo, boxes);
            IReadOnlyList<TrackedFace> all = whole.Update(faces, at, appearance);
            if (film < 2)
            {
                continue;
            }

            late ??= new FaceTracker(new FaceTrackerOptions { FirstId = 100 });
            foreach ((TrackedFace a, TrackedFace b) in all.Zip(late.Update(faces, at, appearance)))
            {
                Assert.True(b.Id >= 100);
                names.TryAdd(b.Id, a.Id);
                Assert.Equal(names[b.Id], a.Id);
            }
        }

        Assert.True(names.Count >= 4 && names.Values.Distinct().Count() == names.Count);
    }

    [Fact]
    public void The_assignment_is_the_best_of_all()
    {
        var random = new Random(2);
        for (int round = 0; round < 300; round++)
        {
            double[,] costs = new double[random.Next(1, 5), random.Next(0, 5)];
            for (int i = 0; i < costs.GetLength(0); i++)
            {
                for (int j = 0; j < costs.GetLength(1); j++)
                {
                    costs[i, j] = random.Next(5) == 0 ? double.PositiveInfinity : (20 * random.NextDouble()) - 6;
                }
            }

            int[] columns = Assignment.Solve(costs, 8);
            double total = 0;
            for (int i = 0; i < columns.Length; i++)
            {
                total += columns[i] < 0 ? 8 : costs[i, columns[i]];
            }

            Assert.Equal(columns.Count(c => c >= 0), columns.Where(c => c >= 0).Distinct().Count());
            Assert.Equal(Best(costs, 0, []), total, 6);
        }

        static double Best(double[,] costs, int row, int[] taken)
        {
            if (row == costs.GetLength(0))
            {
                return 0;
            }

            double best = 8 + Best(costs, row + 1, taken);
            foreach (int column in Enumerable.Range(0, costs.GetLength(1)).Except(taken))
            {
                best = Math.Min(best, costs[row, column] + Best(costs, row + 1, [.. taken, column]));
            }

            return best;
        }
    }

    /// <summary>
    /// Counts how often a person gets another identity, that of somebody else or a new one. Who was away for more than
    /// two seconds may be new.
    /// </summary>
    private sealed class IdentityCount
    {
        private readonly Dictionary<int, (int Id, TimeSpan Time)> last = [];
        private readonly Dictionary<int, int> owners = [];

        public int Errors { get; private set; }

        public void Add(TimeSpan time, IEnumerable<int> people, IEnumerable<int> ids)
        {
            foreach ((int person, int id) in people.Zip(ids))
            {
                bool known = last.TryGetValue(person, out var before) && time - before.Time <= TimeSpan.FromSeconds(2);
                bool stolen = owners.TryGetValue(id, out int owner) && owner != person;
                Errors += known ? (before.Id == id ? 0 : 1) : (stolen ? 1 : 0);
                last[person] = (id, time);
                owners.TryAdd(id, person);
            }
        }
    }
}
