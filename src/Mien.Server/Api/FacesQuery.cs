using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Mien.Server;

/// <summary>The parsed query parameters of a request. Immutable.</summary>
internal sealed record FacesQuery
{
    /// <summary>The parameters of <c>POST /v1/faces</c>.</summary>
    public static readonly IReadOnlyList<string> OfImages =
    [
        "top",
        "crop",
        "boxes",
        "crops",
        "explain",
        "annotate",
        "tiles",
        "minScore",
        "anyAngle",
        "head",
    ];

    /// <summary>The parameters of <c>GET /v1/stream</c>.</summary>
    public static readonly IReadOnlyList<string> OfStreams = ["top", "crops", "tiles", "minScore", "head", "smoothing"];

    /// <summary>The number of class probabilities to write per face, largest first.</summary>
    public int Top { get; init; } = int.MaxValue;

    public bool Annotate { get; init; }

    public TimeSpan? Smoothing { get; init; }

    public RecognitionOptions Recognition { get; init; } = new();

    /// <summary>Parses the parameters.</summary>
    /// <param name="query">The request's query.</param>
    /// <param name="known">The parameters that the endpoint has.</param>
    /// <param name="options">The service's options.</param>
    /// <param name="model">The model's contract.</param>
    /// <exception cref="ProblemException">A parameter is unknown, given twice or out of range.</exception>
    public static FacesQuery Read(
        IQueryCollection query,
        IReadOnlyList<string> known,
        ServerOptions options,
        ModelContract model
    )
    {
        foreach (string name in query.Keys)
        {
            if (!known.Contains(name))
            {
                throw Bad($"'{Shown(name)}' is not a parameter of this endpoint, expected {string.Join(", ", known)}.");
            }

            if (query[name].Count != 1)
            {
                throw Bad($"'{name}' is given {query[name].Count} times, expected once.");
            }
        }

        int labels = model.Labels.Count;
        bool? crop = Flag(query, "crop");
        bool annotate = Flag(query, "annotate") == true,
            crops = Flag(query, "crops") == true,
            explain = Flag(query, "explain") == true;
        IReadOnlyList<FaceBox>? boxes = Boxes(query, options);
        if (crop == true && boxes is not null)
        {
            throw Bad(
                "'crop' and 'boxes' exclude each other: 'crop' says that the image is one face, 'boxes' where the "
                    + "faces are. Use only one of them."
            );
        }

        string? tiles = Text(query, "tiles"),
            minScore = Text(query, "minScore");
        bool? anyAngle = Flag(query, "anyAngle");
        string? detectionOption =
            tiles is not null ? "tiles"
            : minScore is not null ? "minScore"
            : anyAngle is not null ? "anyAngle"
            : null;
        if (detectionOption is not null && (crop == true || boxes is not null))
        {
            throw Bad(
                $"'{detectionOption}' is an option of face detection, which does not "
                    + $"run with '{(crop == true ? "crop" : "boxes")}'. Use only one of them."
            );
        }

        if (annotate && (crops || explain))
        {
            throw Bad(
                "'annotate' returns an image, which cannot contain the results of 'crops' and 'explain'. Use "
                    + "separate requests."
            );
        }

        DetectionOptions? detection = detectionOption is null
            ? null
            : new DetectionOptions
            {
                MaxFaces = options.MaxFaces,
                Tiles = tiles switch
                {
                    null or "auto" => Tiling.Auto,
                    "none" => Tiling.None,
                    "all" => Tiling.All,
                    _ => throw Bad($"'tiles' is '{Shown(tiles)}', expected none, auto or all."),
                },
                Angles = anyAngle == true ? AngleSearch.Any : AngleSearch.Auto,
                MinScore = Number(minScore, "minScore", 0, 1) ?? DetectionOptions.Default.MinScore,
            };
        return new FacesQuery
        {
            Top = (int?)Number(Text(query, "top"), "top", 1, labels, whole: true) ?? labels,
            Annotate = annotate,
            Smoothing = Number(Text(query, "smoothing"), "smoothing", 0, 60) is { } seconds
                ? TimeSpan.FromSeconds(seconds)
                : null,
            Recognition = new RecognitionOptions
            {
                Head = Head(query, model),
                Detection = detection,
                IsFaceCrop = crop,
                Boxes = boxes,
                KeepCrops = crops,
                Explain = explain,
            },
        };
    }

    private static string? Text(IQueryCollection query, string name) =>
        query.TryGetValue(name, out var value) ? value.ToString() : null;

    private static string? Head(IQueryCollection query, ModelContract model) =>
        Text(query, "head") switch
        {
            null => null,
            var name when model.HeadNames.Contains(name) => name,
            var name => throw Bad(
                model.Heads is null
                    ? $"'head' is '{Shown(name)}', but the model has one head, which has no name. Leave 'head' out."
                    : $"'head' is '{Shown(name)}', expected {string.Join(", ", model.HeadNames)}."
            ),
        };

    private static bool? Flag(IQueryCollection query, string name) =>
        Text(query, name) switch
        {
            null => null,
            "true" => true,
            "false" => false,
            var other => throw Bad($"'{name}' is '{Shown(other)}', expected true or false."),
        };

    private static float? Number(string? text, string name, float min, float max, bool whole = false) =>
        text is null ? null
        : float.TryParse(
            text,
            whole ? NumberStyles.None : NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out float value
        )
        && value >= min
        && value <= max
            ? value
        : throw Bad(
            string.Create(
                CultureInfo.InvariantCulture,
                $"'{name}' is '{Shown(text)}', expected a {(whole ? "whole " : "")}number from {min} to {max}."
            )
        );

    private static List<FaceBox>? Boxes(IQueryCollection query, ServerOptions options)
    {
        if (Text(query, "boxes") is not { } text)
        {
            return null;
        }

        var boxes = new List<FaceBox>();
        foreach (string part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            float[] numbers =
            [
                .. part.Split(',')
                    .Select(p =>
                        float.TryParse(p, NumberStyles.Float, CultureInfo.InvariantCulture, out float v) ? v : float.NaN
                    ),
            ];
            boxes.Add(
                numbers.Length == 4 && numbers.All(n => MathF.Abs(n) < 1e5f) && numbers[2] > 0 && numbers[3] > 0
                    ? new FaceBox(numbers[0], numbers[1], numbers[2], numbers[3])
                    : throw Bad(
                        $"'boxes' has '{Shown(part)}', expected x,y,width,height in pixels such as "
                            + $"120,80,200,210, with semicolons between boxes."
                    )
            );
        }

        return boxes.Count switch
        {
            0 => throw Bad("'boxes' is empty, expected x,y,width,height in pixels such as 120,80,200,210."),
            var count when count > options.MaxFaces => throw Bad(
                $"'boxes' has {count} boxes, the limit is {options.MaxFaces}."
            ),
            _ => boxes,
        };
    }

    private static string Shown(string text) => text.Length <= 60 ? text : text[..60] + "…";

    private static ProblemException Bad(string detail) => new(ProblemKind.BadQuery, detail);
}
