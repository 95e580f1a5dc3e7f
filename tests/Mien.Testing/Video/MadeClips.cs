using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Mien.Testing;

/// <summary>
/// Makes the files of clips with ffmpeg, each once in a test run, in a temporary folder that is deleted at the end.
/// Thread-safe.
/// </summary>
internal static class MadeClips
{
    private static readonly ConcurrentDictionary<string, Lazy<MadeClipFile>> Made = new();
    private static readonly Lazy<TempFolder> Folder = new(() =>
    {
        var folder = new TempFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        return folder;
    });

    /// <summary>A face for four seconds, which moves, turns and changes from neutral to happiness after 2 s.</summary>
    public static MadeClip OneFace { get; } =
        new()
        {
            Frames = 100,
            Faces =
            [
                new ClipFace(0, new ClipPose(0, 100, 110, 110), new ClipPose(4, 220, 130, 130, 12))
                {
                    Expressions = [new(0, Expression.Neutral), new(2, Expression.Happiness)],
                },
            ],
        };

    /// <summary>Two people who pass each other; the second one is in front and hides the first in the middle.</summary>
    public static MadeClip Crossing { get; } =
        new()
        {
            Width = 640,
            Height = 360,
            Frames = 75,
            Faces =
            [
                new ClipFace(0, new ClipPose(0, 120, 150, 130), new ClipPose(3, 520, 150, 130))
                {
                    Expressions = [new(0, Expression.Happiness)],
                },
                new ClipFace(1, new ClipPose(0, 520, 190, 140), new ClipPose(3, 120, 190, 140))
                {
                    Expressions = [new(0, Expression.Anger)],
                },
            ],
        };

    /// <summary>A face that passes behind a pillar: for about 0.7 s there is too little of it to be found.</summary>
    public static MadeClip Occlusion { get; } =
        new()
        {
            Faces = [new ClipFace(0, new ClipPose(0, 45, 120, 80), new ClipPose(2, 285, 120, 80))],
            Obstacles = [new ClipObstacle(120, 0, 80, 240)],
        };

    /// <summary>A cut after 1 s: another person at almost the same place.</summary>
    public static MadeClip Cut { get; } =
        new()
        {
            Cuts = [1],
            Faces =
            [
                new ClipFace(0, new ClipPose(0, 160, 120, 120)) { To = 1 },
                new ClipFace(1, new ClipPose(0, 166, 124, 124))
                {
                    From = 1,
                    Expressions = [new(0, Expression.Happiness)],
                },
            ],
        };

    /// <summary>A face that is gone from 0.8 s to 1.4 s; 2 s long.</summary>
    public static MadeClip Away { get; } =
        new()
        {
            Faces =
            [
                new ClipFace(0, new ClipPose(0, 160, 120, 120)) { To = 0.8 },
                new ClipFace(0, new ClipPose(0, 160, 120, 120)) { From = 1.4 },
            ],
        };

    /// <summary>
    /// Makes the file of a clip, or takes the one that was made before. Do not change it. The test is skipped without
    /// ffmpeg.
    /// </summary>
    public static MadeClipFile File(MadeClip clip)
    {
        Ffmpeg.Require();
        string key = Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(clip)));
        return Made.GetOrAdd(
            key,
            _ => new Lazy<MadeClipFile>(() =>
            {
                string path = Folder.Value[$"{key[..12]}.{clip.Container}"];
                Write(clip, path);
                return new MadeClipFile(path, new MadeClipTruth(clip, Ffmpeg.Times(path)));
            })
        ).Value;
    }

    /// <summary>Writes the file of a clip.</summary>
    public static void Write(MadeClip clip, string path)
    {
        Ffmpeg.Pipe(input => WriteFrames(clip, input), Arguments(clip, path));
        if (clip.Rotation != 0)
        {
            byte[] file = System.IO.File.ReadAllBytes(path);
            SetRotation(file, clip.Rotation);
            System.IO.File.WriteAllBytes(path, file);
        }
    }

    private static IEnumerable<string> Arguments(MadeClip clip, string path)
    {
        (int width, int height) = Stored(clip);
        List<string> args =
        [
            .. Words(
                $"-f rawvideo -pix_fmt rgba -s {width}x{height} -framerate {clip.Rate}/{clip.RateDivisor} -i pipe:0"
            ),
        ];
        if (clip.HasAudio)
        {
            string seconds = clip.TimeOf(clip.Frames).ToString(CultureInfo.InvariantCulture);
            args.AddRange(["-f", "lavfi", "-i", $"sine=frequency=440:sample_rate=44100:duration={seconds}"]);
        }

        if (clip.Durations.Count > 0)
        {
            int count = clip.Durations.Count;
            string within = string.Join('+', clip.Durations.Select((d, i) => $"{d}*gt(mod(N\\,{count})\\,{i})"));
            args.AddRange([
                "-vf",
                $"settb=1/1000,setpts=floor(N/{count})*{clip.Durations.Sum()}+{within}",
                "-enc_time_base",
                "1:1000",
            ]);
        }

        if (clip.Start != 0)
        {
            args.AddRange(["-output_ts_offset", clip.Start.ToString(CultureInfo.InvariantCulture)]);
        }

        args.AddRange([.. Ffmpeg.Passthrough, "-c:v", clip.Codec, "-pix_fmt", clip.PixelFormat, "-threads", "2"]);
        if (clip.Codec == "libx264")
        {
            args.AddRange(["-preset", "veryfast", "-crf", "18"]);
        }

        return [.. args, .. clip.Options, $"file:{path}"];
    }

    private static string[] Words(FormattableString text) => FormattableString.Invariant(text).Split(' ');

    private static void WriteFrames(MadeClip clip, Stream stream)
    {
        using var drawing = new ClipDrawing(clip);
        for (int i = 0; i < clip.Frames; i++)
        {
            stream.Write(Turned(drawing.Pixels(i), clip));
        }
    }

    /// <summary>The size of the frames as they are stored.</summary>
    private static (int Width, int Height) Stored(MadeClip clip) =>
        clip.Rotation % 180 == 0 ? (clip.Width, clip.Height) : (clip.Height, clip.Width);

    /// <summary>Rotates the pixels against the rotation of the display matrix.</summary>
    private static byte[] Turned(byte[] upright, MadeClip clip)
    {
        if (clip.Rotation == 0)
        {
            return upright;
        }

        (int width, int height) = Stored(clip);
        byte[] stored = new byte[upright.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                // Where a player shows the stored pixel.
                (int toX, int toY) = clip.Rotation switch
                {
                    90 => (height - 1 - y, x),
                    180 => (width - 1 - x, height - 1 - y),
                    270 => (y, width - 1 - x),
                    _ => throw new ArgumentException($"A rotation of {clip.Rotation} degrees is not possible."),
                };
                upright.AsSpan(((toY * clip.Width) + toX) * 4, 4).CopyTo(stored.AsSpan(((y * width) + x) * 4));
            }
        }

        return stored;
    }

    /// <summary>
    /// Writes the display matrix into an MP4 file; the option of ffmpeg for it has another name in each version.
    /// </summary>
    private static void SetRotation(byte[] file, int degrees)
    {
        int header = file.AsSpan().IndexOf("tkhd"u8);
        Span<byte> matrix = file.AsSpan(header + 4 + 40, 36);
        (int cos, int sin) = degrees switch
        {
            90 => (0, 1),
            180 => (-1, 0),
            _ => (0, -1),
        };
        matrix.Clear();
        BinaryPrimitives.WriteInt32BigEndian(matrix, cos << 16);
        BinaryPrimitives.WriteInt32BigEndian(matrix[4..], sin << 16);
        BinaryPrimitives.WriteInt32BigEndian(matrix[12..], -sin << 16);
        BinaryPrimitives.WriteInt32BigEndian(matrix[16..], cos << 16);
        BinaryPrimitives.WriteInt32BigEndian(matrix[32..], 1 << 30);
    }
}

/// <summary>The file of a made clip.</summary>
/// <param name="Path">The path.</param>
/// <param name="Truth">What is in its frames, with the times that ffprobe gives.</param>
internal sealed record MadeClipFile(string Path, MadeClipTruth Truth);
