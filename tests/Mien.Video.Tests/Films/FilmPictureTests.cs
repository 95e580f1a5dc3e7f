namespace Mien.Video.Tests.Films;

/// <summary>Size and colours of films.</summary>
public sealed class FilmPictureTests : IDisposable
{
    /// <summary>Three colours of skin, and the corners of the cube.</summary>
    private static readonly (byte Red, byte Green, byte Blue)[] Colours =
    [
        (255, 219, 196),
        (198, 134, 96),
        (141, 85, 56),
        (220, 40, 40),
        (40, 200, 40),
        (40, 40, 220),
        (255, 255, 255),
        (0, 0, 0),
    ];

    private static readonly Dictionary<string, MadeClip> Clips = new()
    {
        ["without tags"] = Reading.Counters with { Frames = 3 },
        ["bt709"] = Reading.Counters with { Frames = 3, Options = Tags("bt709") },
        ["smpte170m"] = Reading.Counters with { Frames = 3, Options = Tags("smpte170m") },
        ["full range"] = Reading.Counters with
        {
            Frames = 3,
            Container = "avi",
            Codec = "mjpeg",
            PixelFormat = "yuvj420p",
        },
        ["rgb"] = Reading.Counters with { Frames = 3, Container = "mkv", Codec = "ffv1", PixelFormat = "bgr0" },
    };

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("without tags", null)]
    [InlineData("bt709", "bt709")]
    [InlineData("smpte170m", "smpte170m")]
    [InlineData("full range", "bt709")]
    [InlineData("rgb", "bt709")]
    public async Task Gray_and_skin_look_as_they_were_drawn(string name, string? tags)
    {
        MadeClipFile clip = MadeClips.File(Clips[name]);
        MadeFilm film = await MadeFilm.OfAsync(clip.Path, folder["film.mp4"], draw: Draw);

        ProbedPicture picture = ProbedPicture.Of(film.Path);
        Assert.Equal(
            ("yuv420p", tags, tags, tags),
            (
                picture.Tag("pix_fmt"),
                picture.Tag("color_space"),
                picture.Tag("color_transfer"),
                picture.Tag("color_primaries")
            )
        );
        Assert.Contains(picture.Tag("color_range"), (string?[])["tv", null]);
        byte[] expected = new byte[320 * 240 * 4];
        Draw(expected, 0);
        byte[] shown = await FirstFrameAsync(film);

        // The ramp, and the middle of each field.
        double sum = 0;
        for (int x = 0; x < 320; x++)
        {
            int difference = Difference(expected, shown, ((60 * 320) + x) * 4);
            Assert.InRange(difference, 0, 4);
            sum += difference;
        }

        Assert.InRange(sum / 320, 0, 1.5);
        for (int i = 0; i < Colours.Length; i++)
        {
            Assert.InRange(Difference(expected, shown, ((180 * 320) + (i * 40) + 20) * 4), 0, 5);
        }
    }

    [Theory]
    [InlineData(161, 121)]
    [InlineData(162, 121)]
    public async Task An_odd_size_becomes_even_by_repeating_the_edge(int width, int height)
    {
        MadeClipFile clip = MadeClips.File(
            Reading.Counters with
            {
                Width = width,
                Height = height,
                PixelFormat = "yuv444p",
                Frames = 5,
            }
        );

        // The edge is black and white, so that it is seen whether it is repeated or replaced.
        MadeFilm film = await MadeFilm.OfAsync(
            clip.Path,
            folder["film.mp4"],
            draw: (pixels, _) => DrawEdge(pixels, width, height)
        );
        ProbedPicture picture = ProbedPicture.Of(film.Path);
        Assert.Equal((width + (width % 2), height + (height % 2)), (picture.Width, picture.Height));
        byte[] shown = await FirstFrameAsync(film);
        foreach ((int x, int y) in ((int, int)[])[(width / 2, picture.Height - 1), (picture.Width - 1, height / 2)])
        {
            byte expected = y == picture.Height - 1 ? (byte)255 : (byte)0;
            Assert.InRange(Math.Abs(shown[((y * picture.Width) + x) * 4] - expected), 0, 40);
        }
    }

    [Fact]
    public async Task A_rotated_video_is_upright_in_the_film()
    {
        MadeClipFile clip = MadeClips.File(
            Reading.Counters with
            {
                Width = 240,
                Height = 320,
                Rotation = 90,
                Container = "mov",
            }
        );
        MadeFilm film = await MadeFilm.OfAsync(clip.Path, folder["film.mp4"]);
        Reading reading = await Reading.OfAsync(film.Path);
        reading.IsAllOf(clip);
        Assert.Equal((240, 320, 0), (reading.Info.Width, reading.Info.Height, reading.Info.Rotation));
    }

    [Theory]
    [InlineData(0, "64:45")]
    [InlineData(90, "45:64")]
    public async Task Pixels_that_are_not_square_stay_so(int rotation, string expected)
    {
        string clip = MadeClips.File(Reading.Counters with { Frames = 5, Rotation = rotation, Container = "mov" }).Path;
        string wide = folder["wide.mov"];
        Ffmpeg.Run("-i", $"file:{clip}", "-c", "copy", "-bsf:v", "h264_metadata=sample_aspect_ratio=64/45", wide);
        MadeFilm film = await MadeFilm.OfAsync(wide, folder["film.mp4"]);
        Assert.Equal(expected, ProbedPicture.Of(film.Path).Tag("sample_aspect_ratio"));
    }

    private static string[] Tags(string name) =>
        [
            "-vf",
            $"scale=out_color_matrix={name}:out_range=tv",
            "-colorspace",
            name,
            "-color_primaries",
            name,
            "-color_trc",
            name,
            "-color_range",
            "tv",
        ];

    /// <summary>A ramp of gray in the upper half, fields of colours in the lower one.</summary>
    private static void Draw(byte[] pixels, int number)
    {
        for (int y = 0; y < 240; y++)
        {
            for (int x = 0; x < 320; x++)
            {
                byte gray = (byte)(x * 255 / 319);
                (byte red, byte green, byte blue) = y < 120 ? (gray, gray, gray) : Colours[x / 40];
                Set(pixels, ((y * 320) + x) * 4, red, green, blue);
            }
        }
    }

    /// <summary>Gray with a white row below and a black column on the right.</summary>
    private static void DrawEdge(byte[] pixels, int width, int height)
    {
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                byte value =
                    y >= height - 2 ? (byte)255
                    : x >= width - 2 ? (byte)0
                    : (byte)128;
                Set(pixels, ((y * width) + x) * 4, value, value, value);
            }
        }
    }

    private static void Set(byte[] pixels, int at, byte red, byte green, byte blue)
    {
        pixels[at] = red;
        pixels[at + 1] = green;
        pixels[at + 2] = blue;
        pixels[at + 3] = 255;
    }

    private static int Difference(byte[] expected, byte[] shown, int at) =>
        Enumerable.Range(at, 3).Max(i => Math.Abs(expected[i] - shown[i]));

    private static async Task<byte[]> FirstFrameAsync(MadeFilm film)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using VideoReader reader = await VideoReader.OpenAsync(film.Path, Reading.EveryFrame, token);
        await foreach (VideoFrame frame in reader.ReadFramesAsync(token))
        {
            using (frame)
            {
                return frame.Photo.Rgba.ToArray();
            }
        }

        throw new InvalidOperationException("There is no frame.");
    }
}
