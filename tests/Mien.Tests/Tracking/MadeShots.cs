namespace Mien.Tests;

/// <summary>What happens in a made shot.</summary>
public enum Shot
{
    Still,
    Cut,
    Pan,
    WhipPan,
    Zoom,
    HandHeld,
    Flash,
    WhiteFrame,
    FadeThroughBlack,
    Dissolve,
    LightSwitched,
    NearFace,
    PassingTheCamera,
}

/// <summary>Made shots of two and a half seconds, people before a background, in which cuts are looked for.</summary>
internal static class MadeShots
{
    /// <summary>The time of the first frame after the cut of <see cref="Shot.Cut"/>.</summary>
    public const double CutAt = 1.5;

    private const int Width = 160;
    private const int Height = 90;

    /// <summary>Draws the frames of a shot; each must be disposed.</summary>
    public static IEnumerable<(TimeSpan Time, Photo Photo)> Play(Shot shot, int seed, double rate)
    {
        var random = new Random(seed);
        MadePerson[] people = [MadePerson.Of(random), MadePerson.Of(random), MadePerson.Of(random)];
        for (int frame = 0; frame <= 2.5 * rate; frame++)
        {
            double time = frame / rate;
            bool second = shot == Shot.Cut && time >= CutAt;
            var picture = new MadePicture(
                Width,
                Height,
                second ? (2 * seed) + 1 : 2 * seed,
                Pan(shot, time),
                shot == Shot.Zoom ? Math.Pow(2, time / 1.2) : 1
            );
            bool near = shot == Shot.NearFace;
            double x = 80 + (near ? 40 * Math.Sin((4 * time) + seed) : 30 * Math.Sin((1.5 * time) + seed));
            Draw(picture, people[second ? 1 : 0], x, 25, near ? 55 : 18, 1);
            if (shot == Shot.PassingTheCamera)
            {
                Draw(picture, people[2], (250 * time) - 150, 10, 75, 0.6);
            }
            else if (shot == Shot.Dissolve)
            {
                picture.Mix(new MadePicture(Width, Height, (2 * seed) + 1), Math.Clamp(time - 0.7, 0, 1));
            }

            (double gain, double offset) = Light(shot, time, frame == (int)rate);
            picture.Adjust(gain, offset);
            picture.AddNoise(random, 5);
            yield return (TimeSpan.FromSeconds(time), picture.ToPhoto());
        }
    }

    private static void Draw(MadePicture picture, MadePerson person, double x, float y, float side, double light) =>
        picture.Draw(person, new FaceBox((float)x - (side / 2), y, side, side), Expression.Neutral, light);

    /// <summary>Widths by which the camera has turned.</summary>
    private static double Pan(Shot shot, double time) =>
        shot switch
        {
            Shot.Pan => 0.6 * time,
            Shot.WhipPan => 1.5 * Math.Max(0, time - 1),
            Shot.HandHeld => (0.03 * Math.Sin(9 * time)) + (0.02 * Math.Sin(17 * time)),
            _ => 0,
        };

    private static (double Gain, double Offset) Light(Shot shot, double time, bool isFlash) =>
        shot switch
        {
            Shot.Flash when isFlash => (1.4, 60),
            Shot.WhiteFrame when isFlash => (1, 255),
            Shot.FadeThroughBlack => (Math.Clamp(Math.Abs(time - 1.25) - 0.2, 0, 1), 0),
            Shot.LightSwitched when time > 1.2 => (0.5, 0),
            _ => (1, 0),
        };
}
