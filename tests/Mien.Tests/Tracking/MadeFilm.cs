namespace Mien.Tests;

/// <summary>A made film of people who cross and cover each other, with the truth about who is where.</summary>
internal sealed class MadeFilm
{
    public const int Kinds = 5;
    private const int Width = 200;
    private const int Height = 112;
    private const double Duration = 4;
    private readonly MadePicture background;
    private readonly Walker[] walkers;
    private readonly (double Left, double Right)? pillar;
    private readonly int seed;

    /// <summary>Makes a film.</summary>
    /// <param name="seed">Each gives another film; the kinds take turns.</param>
    public MadeFilm(int seed)
    {
        this.seed = seed;
        var random = new Random(seed);
        background = new MadePicture(Width, Height, seed);
        float side = 14 + (11 * random.NextSingle());
        double speed = side * (0.7 + (4 * Square(random.NextDouble()))),
            middle = Width * (0.4 + (0.2 * random.NextDouble())),
            row = 38 + (18 * random.NextDouble());
        Walker first = New(),
            second = New();
        switch (seed % Kinds)
        {
            case 0: // They cross, one in front of the other.
                walkers =
                [
                    first with
                    {
                        X = t => middle + (speed * (t - 2)),
                    },
                    second with
                    {
                        X = t => middle - (speed * (0.6 + (0.01 * seed % 0.6)) * (t - 2)),
                    },
                ];
                break;
            case 1: // They meet and turn back.
                double least = side * 0.3 * random.NextDouble();
                walkers =
                [
                    first with
                    {
                        X = t => middle - least - (speed * Soft(t - 2)),
                    },
                    second with
                    {
                        X = t => middle + least + (speed * Soft(t - 2)),
                    },
                ];
                break;
            case 2: // Both go behind a pillar from the two sides.
                double half = side * (0.6 + (0.7 * random.NextDouble()));
                pillar = (middle - half, middle + half);
                speed = Math.Max(speed, 1.5 * side);
                walkers =
                [
                    first with
                    {
                        X = t => middle + (speed * (t - 2)),
                    },
                    second with
                    {
                        X = t => middle - (speed * (t - 1.8)),
                    },
                ];
                break;
            case 3: // One stands, and the other passes in front.
                walkers =
                [
                    first with
                    {
                        X = _ => middle,
                    },
                    second with
                    {
                        X = t => middle + (speed * (t - 2)),
                        Box = second.Box * 1.2f,
                    },
                ];
                break;
            default: // One overtakes the other, and a third stands by.
                walkers =
                [
                    first with
                    {
                        X = t => middle + (0.4 * speed * (t - 2)),
                    },
                    second with
                    {
                        X = t => middle + (1.3 * speed * (t - 2)),
                    },
                    New() with
                    {
                        X = _ => middle + (1.5 * side),
                    },
                ];
                break;
        }

        Walker New() =>
            new(
                MadePerson.Of(random),
                side * (0.85f + (0.3f * random.NextSingle())),
                row + (0.5 * side * (random.NextDouble() - 0.5)),
                random.NextDouble() * 6,
                (Expression)random.Next(Expressions.Count),
                _ => 0
            );
    }

    /// <summary>Plays the film at a frame rate.</summary>
    /// <returns>The times, and which person has which box; people who are covered are missing.</returns>
    public IEnumerable<(TimeSpan Time, (int Person, FaceBox Box)[] Faces, MadePicture Picture)> Play(double rate)
    {
        var random = new Random(seed + 1000);
        for (int frame = 0; frame <= Duration * rate; frame++)
        {
            double time = frame / rate;
            var picture = new MadePicture(background);
            FaceBox[] boxes = [.. walkers.Select(w => w.At(time))];
            for (int i = 0; i < walkers.Length; i++)
            {
                // The light differs over the room, and the expression changes once a second.
                double light = 0.75 + (0.5 * boxes[i].Center.X / Width);
                var expression = (Expression)(((int)walkers[i].Expression + (int)time) % Expressions.Count);
                picture.Draw(walkers[i].Person, boxes[i], expression, light);
            }

            if (pillar is { } wall)
            {
                picture.Pillar(wall.Left, wall.Right);
            }

            var faces = new List<(int, FaceBox)>();
            for (int i = 0; i < boxes.Length; i++)
            {
                FaceBox box = boxes[i];
                float side = box.Width;
                float hidden = boxes.Skip(i + 1).Select(box.Overlap).Append(Behind(box)).Max() / box.Area;
                bool found = hidden < 0.45f && random.NextDouble() > 0.02;
                var jittered = new FaceBox(
                    box.X + (0.03f * side * Normal()),
                    box.Y + (0.03f * side * Normal()),
                    side * (1 + (0.03f * Normal())),
                    side * (1 + (0.03f * Normal()))
                );
                if (found && jittered.X >= 0 && jittered.Right <= Width)
                {
                    faces.Add((i, jittered));
                }
            }

            yield return (TimeSpan.FromSeconds(time), [.. faces.OrderBy(f => f.Item2.X)], picture);
        }

        float Normal() =>
            (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
    }

    private static double Square(double value) => value * value;

    /// <summary>The absolute value with a round bottom.</summary>
    private static double Soft(double value) => Math.Sqrt((value * value) + 0.04) - 0.2;

    private float Behind(FaceBox box) =>
        pillar is { } wall ? box.Overlap(new FaceBox((float)wall.Left, 0, (float)(wall.Right - wall.Left), Height)) : 0;

    private sealed record Walker(
        MadePerson Person,
        float Box,
        double Y,
        double Phase,
        Expression Expression,
        Func<double, double> X
    )
    {
        public FaceBox At(double time)
        {
            double x = X(time) + (0.05 * Box * Math.Sin((3 * time) + Phase)),
                y = Y + (0.08 * Box * Math.Sin((5 * time) + Phase));
            return new FaceBox((float)(x - (Box / 2)), (float)(y - (Box / 2)), Box, Box);
        }
    }
}
