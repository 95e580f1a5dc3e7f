using Mien.Video;
using SkiaSharp;

namespace Mien.Cli.Tests;

public sealed class ChangeFramesTests
{
    private static readonly LabelScores Happy = MadeFaces.Scores(Expression.Happiness, 0.9f);
    private static readonly LabelScores Sad = MadeFaces.Scores(Expression.Sadness, 0.9f);

    [Fact]
    public void First_frames_and_changes_that_last_have_pictures()
    {
        using var folder = new TempFolder();
        using var made = new MadeResults(withPhotos: true);
        var frames = new ChangeFrames(folder.Path);
        for (int i = 0; i < 40; i++)
        {
            // 0.2 s apart. Sad from 4 s on, and for one frame at 2 s. The second face is there for 0.4 s only.
            LabelScores scores = i >= 20 || i == 10 ? Sad : Happy;
            frames.Add(
                i is 5 or 6
                    ? made.Frame(60 + (i / 5.0), (0, scores), (1, Happy))
                    : made.Frame(60 + (i / 5.0), (0, scores))
            );
        }

        frames.Finish();
        Assert.Equal(["00-01-00.000_track1_happiness.jpg", "00-01-04.000_track1_sadness.jpg"], Names(folder));
        Assert.Equal((2, 0), (frames.Written, frames.LeftOut));
        using SKBitmap picture = SKBitmap.Decode(Path.Combine(folder.Path, Names(folder)[0]));
        Assert.Equal((MadeResults.Width, MadeResults.Height), (picture.Width, picture.Height));

        // The label has the colour of happiness: yellow.
        int yellow = picture.Pixels.Count(c => c.Red > 200 && c.Green > 190 && c.Blue < 130);
        Assert.InRange(yellow, 500, 10_000);
    }

    [Fact]
    public void Changes_at_the_end_and_single_frames_have_pictures()
    {
        using var folder = new TempFolder();
        using var made = new MadeResults(withPhotos: true);
        var frames = new ChangeFrames(folder.Path);
        frames.Add(made.Frame(0, (0, Happy)));
        frames.Add(made.Frame(0.2, (0, Sad)));
        frames.Finish();

        Assert.Equal(["00-00-00.000_track1_happiness.jpg", "00-00-00.200_track1_sadness.jpg"], Names(folder));
    }

    [Fact]
    public void The_maximum_per_minute_is_kept_and_said_once()
    {
        using var folder = new TempFolder();
        using var made = new MadeResults(withPhotos: true);
        var said = new List<string>();
        var frames = new ChangeFrames(folder.Path, said.Add, maxPerMinute: 3);
        for (int i = 0; i < 100; i++)
        {
            frames.Add(made.Frame(i, (0, i / 2 % 2 == 0 ? Happy : Sad))); // changes every 2 s
        }

        frames.Finish();
        Assert.Equal(6, frames.Written); // in two minutes
        Assert.Equal(44, frames.LeftOut);
        Assert.Equal(6, Names(folder).Length);
        Assert.Contains("at most 3 pictures", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_label_gives_a_file_name()
    {
        using var folder = new TempFolder();
        using var made = new MadeResults();
        var scores = new LabelScores(["../a b:c", "脸"], [0.9f, 0.1f]);
        TrackedFace face = new FaceTracker().Update([MadeFaces.Of(new FaceBox(0, 0, 50, 50), scores)], TimeSpan.Zero)[
            0
        ];
        using Photo photo = MadePhotos.Photo(MadePhotos.Empty());
        var frames = new ChangeFrames(folder.Path);
        frames.Add(new FrameResult(0, TimeSpan.Zero, 320, 200, [face], photo: photo));
        frames.Finish();

        Assert.Equal(["00-00-00.000_track1_---a-b-c.jpg"], Names(folder));
    }

    [Fact]
    public void A_full_disk_is_an_error()
    {
        using var folder = new TempFolder();
        using var made = new MadeResults(withPhotos: true);
        using var full = new FullDisk(room: 100);
        var frames = new ChangeFrames(folder.Path);
        frames.Add(made.Frame(0, (0, Happy)));
        FrameResult next = made.Frame(1, (0, Happy));

        MienException e = Assert.Throws<MienException>(() => frames.Add(next));
        Assert.Equal("cannotWrite", e.Code);
        Assert.Empty(Names(folder));
    }

    private static string[] Names(TempFolder folder) =>
        [.. Directory.EnumerateFiles(folder.Path).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];
}
