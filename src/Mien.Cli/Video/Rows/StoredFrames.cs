using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;
using Mien.Video;

namespace Mien.Cli;

/// <summary>A frame whose rows are complete in a file.</summary>
/// <param name="Result">The frame, without a photo and keypoints; its time is rounded to microseconds.</param>
/// <param name="End">The offset of the next frame in bytes.</param>
internal sealed record StoredFrame(FrameResult Result, long End);

/// <summary>
/// Reads the frames in a file of rows one at a time. A truncated last line and an incomplete last frame (some of its
/// faces are missing) are ignored.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="form">CSV or JSON Lines.</param>
/// <param name="options">The model and head that the rows must be from.</param>
/// <param name="video">The video that the rows must be from, as given.</param>
internal sealed class StoredFrames(string path, PredictionForm form, VideoRowOptions options, string video)
    : StoredFile(path, form, ResultOrigin.Of(options.Model, options.Head))
{
    private readonly PredictionForm form = form;
    private readonly int labels = options.Model.Labels.Count;

    /// <summary>Reads the file.</summary>
    /// <param name="stream">The file, at its start; stays open.</param>
    /// <exception cref="UsageException">
    /// The file has another format or was written with another model, head or video.
    /// </exception>
    public IEnumerable<StoredFrame> Read(Stream stream)
    {
        var reader = new RecordReader(stream, form == PredictionForm.Csv);
        var faces = new List<TrackedFace>();
        long last = -1,
            begun = -1;
        foreach (Row row in form == PredictionForm.Csv ? Csv(reader) : JsonLines(reader, "{\"path\":", Json))
        {
            if (!IsSame(row.Path, video))
            {
                throw Refuse($"it has the results of '{row.Path}', but this run reads '{video}'");
            }

            CheckModel(row.Model, row.Head, isError: false);
            if (
                row.Frame <= last
                || (faces.Count > 0 && row.Frame != begun)
                || row.Face != Math.Min(faces.Count + 1, row.Faces)
            )
            {
                throw NoResult(reader);
            }

            begun = row.Frame;
            if (row.Tracked is { } face)
            {
                faces.Add(face);
            }

            if (faces.Count == row.Faces)
            {
                yield return new StoredFrame(
                    new FrameResult(row.Frame, row.Time, row.Width, row.Height, [.. faces], row.IsCut),
                    reader.End
                );
                faces.Clear();
                last = row.Frame;
            }
        }
    }

    /// <summary>The error for a file whose frames are not those of this run.</summary>
    public UsageException Differs(string why) => Refuse(why);

    protected override string Header(bool isSafe) => CsvVideoWriter.Header(options, isSafe);

    private IEnumerable<Row> Csv(RecordReader reader)
    {
        foreach (List<string> fields in CsvRows(reader))
        {
            Row? row = null;
            try
            {
                row = Csv(fields);
            }
            catch (Exception e) when (e is FormatException or OverflowException or ArgumentException) { }

            yield return row ?? throw NoResult(reader);
        }
    }

    private Row Csv(List<string> fields)
    {
        // By position: a label may have the name of another column.
        const int Place = 10,
            Scores = 19;
        int smoothed = Scores + labels,
            rest = smoothed + 3 + labels,
            model = rest + 7 + (options.Derived ? 2 : 0);
        return new Row
        {
            Path = fields[0],
            Frame = long.Parse(fields[1], CultureInfo.InvariantCulture),
            Time = VideoRowFormat.Time(fields[2]),
            IsCut = bool.Parse(fields[4]),
            Width = int.Parse(fields[5], CultureInfo.InvariantCulture),
            Height = int.Parse(fields[6], CultureInfo.InvariantCulture),
            Faces = int.Parse(fields[7], CultureInfo.InvariantCulture),
            Face = fields[8].Length == 0 ? 0 : int.Parse(fields[8], CultureInfo.InvariantCulture),
            Model = fields[model],
            Head = options.Model.Heads is null ? null : fields[^1],
            Tracked =
                fields[8].Length == 0
                    ? null
                    : Tracked(
                        int.Parse(fields[9], CultureInfo.InvariantCulture),
                        new FaceBox(
                            Number(fields[Place]),
                            Number(fields[Place + 1]),
                            Number(fields[Place + 2]),
                            Number(fields[Place + 3])
                        ),
                        fields[Place + 5].Length == 0 ? null : Number(fields[Place + 5]),
                        [.. fields.Skip(Scores).Take(labels).Select(Number)],
                        [.. fields.Skip(smoothed + 3).Take(labels).Select(Number)],
                        bool.Parse(fields[smoothed + 2]),
                        fields[rest + 1].Split(';', StringSplitOptions.RemoveEmptyEntries),
                        new FaceQuality(
                            Number(fields[rest + 2]),
                            Number(fields[rest + 3]),
                            Number(fields[rest + 4]),
                            bool.Parse(fields[rest + 5]),
                            fields[rest + 6].Length == 0 ? null : Number(fields[rest + 6])
                        )
                    ),
        };
    }

    private Row? Json(JsonElement json)
    {
        if (Text(json, "path") is not { } file || Text(json, "model") is not { } model)
        {
            return null;
        }

        bool hasFace = json.TryGetProperty("face", out JsonElement face);
        try
        {
            return new Row
            {
                Path = file,
                Frame = json.GetProperty("frame").GetInt64(),
                Time = VideoRowFormat.Time(json.GetProperty("time").GetRawText()),
                IsCut = json.GetProperty("cut").GetBoolean(),
                Width = json.GetProperty("imageWidth").GetInt32(),
                Height = json.GetProperty("imageHeight").GetInt32(),
                Faces = json.GetProperty("faces").GetInt32(),
                Face = hasFace ? face.GetInt32() : 0,
                Model = model,
                Head = Text(json, "head"),
                Tracked = hasFace ? Tracked(json) : null,
            };
        }
        catch (Exception e) when (e is KeyNotFoundException or ArgumentException)
        {
            return null;
        }
    }

    private TrackedFace Tracked(JsonElement json)
    {
        JsonElement box = json.GetProperty("box"),
            quality = json.GetProperty("quality"),
            yaw = quality.GetProperty("yaw");
        return Tracked(
            json.GetProperty("track").GetInt32(),
            new FaceBox(Single(box, "x"), Single(box, "y"), Single(box, "width"), Single(box, "height")),
            json.TryGetProperty("detectionScore", out JsonElement score) ? score.GetSingle() : null,
            Scores(json.GetProperty("scores")),
            Scores(json.GetProperty("smoothedScores")),
            json.GetProperty("smoothedUncertain").GetBoolean(),
            [.. json.GetProperty("uncertainReason").EnumerateArray().Select(r => r.GetString()!)],
            new FaceQuality(
                Single(quality, "size"),
                Single(quality, "sharpness"),
                Single(quality, "contrast"),
                quality.GetProperty("touchesEdge").GetBoolean(),
                yaw.ValueKind == JsonValueKind.Null ? null : yaw.GetSingle()
            )
        );
    }

    private TrackedFace Tracked(
        int track,
        FaceBox box,
        float? score,
        float[] scores,
        float[] smoothed,
        bool smoothedUncertain,
        string[] reasons,
        FaceQuality quality
    )
    {
        UncertainReason[] known =
        [
            .. Enum.GetValues<UncertainReason>().Where(r => reasons.Contains(r.Name(), StringComparer.Ordinal)),
        ];

        // The file says whether the smoothed label is uncertain, not why: the reasons but for the confidence are
        // shared.
        UncertainReason[] other = [.. known.Where(r => r != UncertainReason.LowConfidence)];
        return new TrackedFace(
            track,
            new RecognizedFace(box, new ExpressionResult(new LabelScores(options.Model.Labels, scores)), quality, known)
            {
                DetectionScore = score,
            },
            new ExpressionResult(new LabelScores(options.Model.Labels, smoothed)),
            smoothedUncertain && other.Length == 0 ? [UncertainReason.LowConfidence] : other,
            TimeSpan.Zero
        );
    }

    private float[] Scores(JsonElement json) => [.. options.Model.Labels.Select(l => json.GetProperty(l).GetSingle())];

    private static float Single(JsonElement json, string name) => json.GetProperty(name).GetSingle();

    private static float Number(string text) => float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private sealed record Row
    {
        public required string Path { get; init; }

        public required long Frame { get; init; }

        public required TimeSpan Time { get; init; }

        public required bool IsCut { get; init; }

        public required int Width { get; init; }

        public required int Height { get; init; }

        public required int Faces { get; init; }

        /// <summary>The number of the face, from 1; 0 without a face.</summary>
        public required int Face { get; init; }

        public required string Model { get; init; }

        public required string? Head { get; init; }

        public required TrackedFace? Tracked { get; init; }
    }
}
