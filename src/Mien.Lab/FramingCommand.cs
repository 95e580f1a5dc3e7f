using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary><c>mien-lab framing</c>: how the face detector's boxes lie in FER2013's pictures.</summary>
internal static class FramingCommand
{
    /// <summary>
    /// The size of picture that a face fills little enough to be found; docs/detection.md compares others.
    /// </summary>
    private const int Canvas = 256;

    public static Command Create()
    {
        var detector = new Option<DetectorModel>("--detector")
        {
            Description = "Which network of BlazeFace.",
            HelpName = "back|front",
        };
        detector.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<DetectorModel>());
        var images = new Option<int>("--images")
        {
            Description = "So many images of the split, evenly spread; 0: all.",
            HelpName = "N",
            DefaultValueFactory = _ => 5000,
        };
        var split = new Option<DatasetSplit>("--split")
        {
            Description = "Which images.",
            HelpName = "Training|PublicTest",
            DefaultValueFactory = _ => DatasetSplit.Training,
        };
        var share = new Option<double>("--share")
        {
            Description = "The picture's side in the larger one that it is put into, as a share.",
            HelpName = "S",
            DefaultValueFactory = _ => 0.5625,
        };
        var threshold = new Option<float>("--threshold")
        {
            Description = "The least score of a face.",
            HelpName = "T",
            DefaultValueFactory = _ => 0.5f,
        };
        var model = new Option<string?>("--model", "-m")
        {
            Description = "Also: how often this model is right when the face must be found first.",
            HelpName = "NAME|FILE",
        };
        var json = new Option<bool>("--json") { Description = "Write the figures as JSON." };
        Option<bool> quiet = TrainCommand.QuietOption();
        var data = new DataArguments();
        var command = new Command(
            "framing",
            "Runs the face detector over FER2013's pictures and tells how its boxes lie in them: the figures "
                + "by which the library cuts faces out of photos."
        )
        {
            detector,
            images,
            split,
            share,
            threshold,
            model,
            json,
            quiet,
        };
        data.WithoutVotes().AddTo(command);
        command.SetAction(
            (result, cancellationToken) =>
            {
                CommandConsole console = CommandConsole.Of(result);
                int wanted = result.GetValue(images);
                double part = result.GetValue(share);
                float least = result.GetValue(threshold);
                Check(wanted >= 0, $"--images is {wanted}, expected 0 (all) or more.");
                Check(
                    part is > 0.05 and <= 1,
                    string.Create(CultureInfo.InvariantCulture, $"--share is {part}, expected over 0.05, at most 1.")
                );
                Check(
                    least is >= 0 and <= 1,
                    string.Create(CultureInfo.InvariantCulture, $"--threshold is {least}, expected 0 to 1.")
                );
                FaceDataset all = (data.Source(result) with { Votes = null })
                    .Read(console, cancellationToken)
                    .Only(result.GetValue(split));
                Check(all.Count > 0, $"{all.Name} has no images of {result.GetValue(split)}.");
                int count = wanted == 0 ? all.Count : Math.Min(wanted, all.Count);
                FaceDataset chosen = all.Select([
                    .. Enumerable.Range(0, count).Select(i => (int)((long)i * all.Count / count)),
                ]);
                var measurement = new FramingMeasurement();
                FramingAccuracy? accuracy = null;
                using (
                    WorkProgress bar = WorkProgress.Start(
                        "Detecting",
                        count,
                        new WorkProgressOptions
                        {
                            Console = console,
                            Quiet = result.GetValue(quiet),
                            Unit = "images",
                        }
                    )
                )
                {
                    accuracy = Run(
                        chosen,
                        result.GetValue(detector),
                        part,
                        least,
                        result.GetValue(model),
                        measurement,
                        bar,
                        cancellationToken
                    );
                }

                FaceFraming builtIn = FaceFraming.Of(result.GetValue(detector));
                if (result.GetValue(json))
                {
                    console.Out.WriteLine(Json(measurement, accuracy, builtIn));
                }
                else
                {
                    Write(console, chosen, measurement, accuracy, builtIn);
                }

                return Task.FromResult(ExitCodes.Done);
            }
        );
        return command.WithExamples(
            (
                "mien-lab framing --data fer2013.csv.gz --images 6000",
                "as the figures in docs/detection.md were measured"
            ),
            (
                "mien-lab framing --data fer2013.csv.gz --split PublicTest --images 0 --model shallow",
                "what finding the face first costs in accuracy"
            )
        );
    }

    private static void Check(bool good, string message)
    {
        if (!good)
        {
            throw new UsageException(message);
        }
    }

    private static FramingAccuracy? Run(
        FaceDataset images,
        DetectorModel which,
        double share,
        float threshold,
        string? model,
        FramingMeasurement measurement,
        WorkProgress bar,
        CancellationToken cancellationToken
    )
    {
        var inference = new ClassifierOptions { Threads = 1 }; // the images are shared out among the processors
        using FaceDetector detector = FaceDetector.Load(which, inference);
        using FaceExpressionRecognizer? recognizer = model is null
            ? null
            : FaceExpressionRecognizer.Create(
                new RecognizerOptions
                {
                    Model = model,
                    Detector = which,
                    Inference = inference,
                }
            );
        if (recognizer is not null)
        {
            SevenLabels.Check(recognizer.Contract);
        }

        int found = 0,
            rightAsTheyAre = 0,
            rightWhenFound = 0;
        var parallel = new ParallelOptions
        {
            CancellationToken = cancellationToken,
            MaxDegreeOfParallelism = Environment.ProcessorCount,
        };
        Parallel.For(
            0,
            images.Count,
            parallel,
            i =>
            {
                using Photo photo = FramingMeasurement.OnCanvas(
                    images.Image(i),
                    images.Width,
                    images.Height,
                    Canvas,
                    share
                );
                DetectedFace? face = measurement.Add(detector, photo, share, threshold);
                if (recognizer is not null && face is not null)
                {
                    var detection = new DetectionOptions { Tiles = Tiling.None, Threshold = threshold };
                    RecognizedFace seen = recognizer
                        .Recognize(photo, options: new RecognitionOptions { Detection = detection, IsFaceCrop = false })
                        .Faces.MaxBy(f => f.DetectionScore)!;
                    using Photo crop = Photo.FromPixels(images.Image(i), images.Width, images.Height, PixelLayout.Gray);
                    RecognizedFace asItIs = recognizer
                        .Recognize(crop, options: new RecognitionOptions { IsFaceCrop = true })
                        .Faces[0];
                    Interlocked.Increment(ref found);
                    Interlocked.Add(ref rightAsTheyAre, asItIs.Expression == images.Label(i) ? 1 : 0);
                    Interlocked.Add(ref rightWhenFound, seen.Expression == images.Label(i) ? 1 : 0);
                }

                bar.Add(1);
            }
        );
        return recognizer is null || found == 0
            ? null
            : new FramingAccuracy(
                recognizer.Contract.Name,
                found,
                (double)rightAsTheyAre / found,
                (double)rightWhenFound / found
            );
    }

    private static void Write(
        CommandConsole console,
        FaceDataset images,
        FramingMeasurement m,
        FramingAccuracy? accuracy,
        FaceFraming builtIn
    )
    {
        console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{images.Name}: a face was found in {m.Found:N0} of {m.Images:N0} pictures "
                    + $"({100.0 * m.Found / m.Images:0.0} %)."
            )
        );
        if (m.Found == 0)
        {
            return;
        }

        var table = new ConsoleTable()
            .Column("")
            .Number("1st quartile")
            .Number("median")
            .Number("3rd quartile")
            .Number("in the library");
        Row(
            "crop's side, in sides of the box",
            m.Scale,
            string.Create(CultureInfo.InvariantCulture, $"{builtIn.Scale:0.000}")
        );
        Row("crop's middle to the right of the box's", m.Right, "0");
        Row(
            "crop's middle below the box's",
            m.Down,
            string.Create(CultureInfo.InvariantCulture, $"{builtIn.Down:0.000}")
        );
        Row("degrees that the face is turned", m.Roll, "turned back");
        table.WriteTo(console);
        if (accuracy is { } a)
        {
            console.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{a.Model} on these {a.Images:N0} pictures: {100 * a.AsTheyAre:0.00} % as they "
                        + $"are, {100 * a.WhenFound:0.00} % when the face is found and cut out."
                )
            );
        }

        void Row(string name, Quartiles q, string library) =>
            table.Row(
                name,
                string.Create(CultureInfo.InvariantCulture, $"{q.Lower:0.000}"),
                string.Create(CultureInfo.InvariantCulture, $"{q.Median:0.000}"),
                string.Create(CultureInfo.InvariantCulture, $"{q.Upper:0.000}"),
                library
            );
    }

    private static string Json(FramingMeasurement m, FramingAccuracy? accuracy, FaceFraming builtIn)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("images", m.Images);
            json.WriteNumber("found", m.Found);
            if (m.Found > 0)
            {
                Values("scale", m.Scale);
                Values("right", m.Right);
                Values("down", m.Down);
                Values("rollDegrees", m.Roll);
            }

            json.WriteStartObject("library");
            json.WriteNumber("scale", builtIn.Scale);
            json.WriteNumber("down", builtIn.Down);
            json.WriteEndObject();
            if (accuracy is { } a)
            {
                json.WriteStartObject("accuracy");
                json.WriteString("model", a.Model);
                json.WriteNumber("images", a.Images);
                json.WriteNumber("asTheyAre", a.AsTheyAre);
                json.WriteNumber("whenFound", a.WhenFound);
                json.WriteEndObject();
            }

            json.WriteEndObject();

            void Values(string name, Quartiles q)
            {
                json.WriteStartArray(name);
                json.WriteNumberValue(Math.Round(q.Lower, 4));
                json.WriteNumberValue(Math.Round(q.Median, 4));
                json.WriteNumberValue(Math.Round(q.Upper, 4));
                json.WriteEndArray();
            }
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}

/// <summary>How often a model is right on the pictures in which a face was found.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Images">These pictures.</param>
/// <param name="AsTheyAre">0..1, each picture as the dataset has it.</param>
/// <param name="WhenFound">0..1, the face found and cut out of the larger picture.</param>
internal sealed record FramingAccuracy(string Model, int Images, double AsTheyAre, double WhenFound);
