using System.CommandLine;
using System.Globalization;
using Mien.CommandLine;
using Mien.Video;

namespace Mien.Cli;

/// <summary>The arguments and options of <c>mien video</c>.</summary>
internal sealed class VideoArguments
{
    private readonly Argument<string[]> videos = new Argument<string[]>("FILE")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description =
            "Videos that ffmpeg can read, folders, quoted patterns such as \"clips/**/*.mp4\", or - for a video on "
            + "standard input. URLs are not downloaded.",
    }.RejectUnknownOptions();

    private readonly ModelArguments model = new("frame");
    private readonly Option<string?> camera = new("--camera")
    {
        HelpName = "DEVICE",
        Description =
            "Analyse a camera instead of files: /dev/video0 on Linux, video=NAME on Windows, an index on macOS.",
    };
    private readonly Option<string> framesPerSecond = OptionValues.Text(
        "--fps",
        VideoOptions.DefaultFramesPerSecond.ToString(CultureInfo.InvariantCulture),
        "N",
        "Analyse N frames per second of the video: the first frame in each interval of 1/N s."
    );
    private readonly Option<bool> everyFrame = new("--every-frame") { Description = "Analyse every frame." };
    private readonly Option<bool> follow = new("--follow")
    {
        Description =
            "At more than ten frames per second, follow faces between complete searches, one per second. Faster for "
            + "small faces; boxes and probabilities may jump a little at the searches.",
    };
    private readonly Option<string?> start = new("--start")
    {
        HelpName = "TIME",
        Description =
            "Begin at this time of the video, in seconds or as [hh:]mm:ss[.fff]. Frame numbers and times stay "
            + "the same.",
    };
    private readonly Option<string?> end = new("--end")
    {
        HelpName = "TIME",
        Description = "End before this time of the video.",
    };
    private readonly Option<string> smoothing = OptionValues.Text(
        "--smoothing",
        "0.5",
        "SECONDS",
        "Time constant of the smoothed probabilities; 0: no smoothing. The raw ones are written too."
    );
    private readonly Option<string?> ffmpeg = new("--ffmpeg")
    {
        HelpName = "PATH",
        Description = "The program ffmpeg, or the folder with ffmpeg and ffprobe. Default: search the PATH.",
    };
    private readonly Option<string> maxMegapixels = OptionValues.Text(
        "--max-megapixels",
        new VideoOptions().MaxMegapixels.ToString(CultureInfo.InvariantCulture),
        "N",
        "Reject videos with larger frames."
    );
    private readonly Option<bool> csv = new("--csv")
    {
        Description = "Write CSV: one row per frame and face; a frame without a face has one row.",
    };
    private readonly Option<bool> jsonLines = new("--jsonl")
    {
        Description = "Write JSON Lines: the same rows as objects, one per line (fields: docs/video.md).",
    };
    private readonly Option<bool> safeCsv = CommonOptions.SafeCsv();
    private readonly Option<string?> output = new("--output", "-o")
    {
        HelpName = "FILE|DIR",
        Description =
            "Write the rows to a file. Its extension .csv or .jsonl selects the format if no option does. With several "
            + "videos: to a folder, one file per video, in CSV unless --jsonl is given.",
    };
    private readonly Option<bool> resume = new("--resume")
    {
        Description =
            "Continue the interrupted files of -o at the right frame with the same tracks. Finished videos are "
            + "skipped.",
    };
    private readonly Option<bool> derived = new("--derived")
    {
        Description =
            "Add valence (happiness minus the largest of anger, disgust, fear and sadness) and intensity (1 minus "
            + "neutral), computed from the probabilities.",
    };
    private readonly Option<string?> summary = new("--summary")
    {
        HelpName = "FILE|DIR",
        Description =
            "Write the summary per track to a file, .json (with a small picture of each face) or .txt. With "
            + "several videos: to a folder, as JSON.",
    };
    private readonly Option<string?> chart = new("--chart")
    {
        HelpName = "FILE|DIR",
        Description =
            "Draw the probabilities over time per track, with a small picture of each face: .png, .svg or .html "
            + "(interactive). With several videos: to a folder, as PNG.",
    };
    private readonly Option<string?> frames = new("--frames")
    {
        HelpName = "DIR",
        Description = "Write a picture of each moment at which an expression changes to this folder.",
    };
    private readonly Option<string?> annotate = new("--annotate")
    {
        HelpName = "FILE|DIR",
        Description =
            "Make a film (.mp4): the video and its sound, with boxes, labels and a running chart per track on every "
            + "frame. Reads the video again, and the file for its sound. With several videos: to a folder.",
    };
    private readonly Option<int> threads = CommonOptions.Threads();
    private readonly Option<bool> quiet = new("--quiet", "-q")
    {
        Description = "Show no progress and no notes; the summary only if there is no other output.",
    };

    /// <summary>Adds the arguments and options to the command, in the order and groups of its help.</summary>
    public void AddTo(Command command)
    {
        command.Add(videos);
        foreach (Option option in model.Network)
        {
            command.Add(option);
        }

        command.AddSection(
            "Video",
            [camera, framesPerSecond, everyFrame, follow, start, end, smoothing, ffmpeg, maxMegapixels]
        );
        command.AddSection("Face detection", model.Detection.All);
        command.AddSection("Results", [csv, jsonLines, safeCsv, derived, output, resume]);
        command.AddSection("Files per video", [summary, chart, frames, annotate]);
        command.AddSection("Running", [threads, model.Device, quiet]);
        command.Validators.Add(result =>
        {
            foreach (
                (Option one, Option other) in new (Option, Option)[]
                {
                    (csv, jsonLines),
                    (framesPerSecond, everyFrame),
                    (camera, resume),
                    (camera, annotate),
                }
            )
            {
                if (result.GetResult(one) is { Implicit: false } && result.GetResult(other) is { Implicit: false })
                {
                    result.AddError($"{one.Name} and {other.Name} exclude each other; give one of them.");
                }
            }

            bool hasFiles = result.GetResult(videos) is { Tokens.Count: > 0 };
            if (hasFiles == result.GetResult(camera) is not null)
            {
                result.AddError(
                    hasFiles
                        ? "Give either files or --camera."
                        : "Give the videos: files, folders, patterns or - for standard input; or --camera DEVICE."
                );
            }
        });
    }

    /// <summary>Converts the parsed command line to a request.</summary>
    /// <exception cref="UsageException">A value is invalid, or options contradict each other.</exception>
    public VideoRequest ToRequest(ParseResult parsed)
    {
        string? file = parsed.GetValue(output);
        TimeSpan? from = Time(parsed, start),
            to = Time(parsed, end);
        if (to <= (from ?? TimeSpan.Zero))
        {
            throw new UsageException($"--end is {parsed.GetValue(end)}, expected a time after --start.");
        }

        if (parsed.GetValue(resume) && file is null)
        {
            throw new UsageException(
                "--resume needs the file or folder of an earlier run. Use -o FILE.csv, -o FILE.jsonl or -o DIR."
            );
        }

        RecognizerOptions recognizer = model.Of(parsed);
        return new VideoRequest
        {
            Videos = parsed.GetValue(videos) ?? [],
            Camera = parsed.GetValue(camera),
            Recognizer = recognizer with
            {
                Inference = recognizer.Inference with { Threads = parsed.GetValue(threads) },
            },
            Options = new VideoOptions
            {
                FramesPerSecond = parsed.GetValue(everyFrame)
                    ? null
                    : OptionValues.Number(parsed, framesPerSecond, 0.001f, 1000),
                FollowFaces = parsed.GetValue(follow),
                Start = from,
                End = to,
                Tracker = new FaceTrackerOptions
                {
                    TimeConstant = TimeSpan.FromSeconds(OptionValues.Number(parsed, smoothing, 0, 3600)),
                },
                Ffmpeg = parsed.GetValue(ffmpeg),
                MaxMegapixels = OptionValues.Number(parsed, maxMegapixels, 0.001f, 500),
            },
            Form =
                parsed.GetValue(jsonLines) ? PredictionForm.JsonLines
                : parsed.GetValue(csv) ? PredictionForm.Csv
                : PredictionForm.Text,
            Output = file,
            Resume = parsed.GetValue(resume),
            SafeCsv = parsed.GetValue(safeCsv),
            Derived = parsed.GetValue(derived),
            Summary = parsed.GetValue(summary),
            Chart = parsed.GetValue(chart),
            Frames = parsed.GetValue(frames),
            Annotate = parsed.GetValue(annotate),
            Quiet = parsed.GetValue(quiet),
            ResumeCommand = CommandLineText.Of("mien", parsed, resume),
        };
    }

    /// <summary>Parses a time: seconds, or minutes and seconds, or hours, minutes and seconds.</summary>
    private static TimeSpan? Time(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } text)
        {
            return null;
        }

        string[] parts = text.Split(':');
        decimal total = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            bool isLast = i == parts.Length - 1;
            NumberStyles style = isLast ? NumberStyles.AllowDecimalPoint : NumberStyles.None;
            if (
                parts.Length > 3
                || !decimal.TryParse(parts[i], style, CultureInfo.InvariantCulture, out decimal value)
                || (i > 0 && value >= 60)
                || value > 1_000_000
            )
            {
                throw new UsageException(
                    $"{option.Name} is '{text}', expected seconds such as 83.5, or [hh:]mm:ss[.fff] such as 1:23.5."
                );
            }

            total = (total * 60) + value;
        }

        return TimeSpan.FromTicks((long)(total * TimeSpan.TicksPerSecond));
    }
}
