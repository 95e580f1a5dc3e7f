using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// How a photo is read: its limits, and whether its faces are known; each command gets its own instance.
/// </summary>
internal sealed class PhotoArguments
{
    private readonly Option<bool> crop = new("--crop")
    {
        Description = "Treat every image as a face crop, whatever its size: no face detection.",
    };
    private readonly Option<bool> noCrop = new("--no-crop")
    {
        Description = "Detect faces also in images of at most 64x64 pixels, which are otherwise treated as face crops.",
    };
    private readonly Option<string[]> boxes = new("--box")
    {
        HelpName = "X,Y,W,H",
        Description = "Box of a face in pixels from the upper left corner; may be repeated. Replaces face detection.",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<string> maxBytes = OptionValues.Text(
        "--max-bytes",
        $"{ImageLimits.Default.MaxBytes >> 20}M",
        "N[K|M|G]",
        "Reject larger files."
    );
    private readonly Option<string> maxMegapixels = OptionValues.Text(
        "--max-megapixels",
        $"{ImageLimits.Default.MaxPixels / 1_000_000}",
        "N",
        "Reject larger images before they are decoded."
    );

    /// <summary>The options that tell where the faces are.</summary>
    public IReadOnlyList<Option> Faces => [crop, noCrop, boxes];

    /// <summary>The options that reject images.</summary>
    public IReadOnlyList<Option> Limits => [maxBytes, maxMegapixels];

    /// <summary>Checks that the options do not exclude each other.</summary>
    public void Check(CommandResult result)
    {
        string[] faces = [.. new[] { crop, noCrop }.Where(result.GetValue).Select(o => o.Name)];
        if (faces.Length > 1 || (result.GetValue(crop) && result.GetResult(boxes) is not null))
        {
            result.AddError(
                $"{(faces.Length > 1 ? "--crop and --no-crop" : "--crop and --box")} exclude each other; "
                    + $"give one of them."
            );
        }
    }

    /// <summary>The settings of <see cref="Faces"/>.</summary>
    /// <exception cref="UsageException">A value is invalid.</exception>
    public RecognitionOptions OptionsOf(ParseResult parsed)
    {
        FaceBox[] given = [.. (parsed.GetValue(boxes) ?? []).Select(Box)];
        return new RecognitionOptions
        {
            IsFaceCrop =
                parsed.GetValue(crop) ? true
                : parsed.GetValue(noCrop) ? false
                : null,
            Boxes = given.Length > 0 ? given : null,
        };
    }

    /// <summary>The settings of <see cref="Limits"/>.</summary>
    /// <exception cref="UsageException">A value is invalid.</exception>
    public ImageLimits LimitsOf(ParseResult parsed) =>
        new()
        {
            MaxBytes = Bytes(parsed, maxBytes),
            MaxPixels = (long)(OptionValues.Number(parsed, maxMegapixels, 0.001f, 2147) * 1e6),
        };

    private static long Bytes(ParseResult parsed, Option<string> option)
    {
        string text = parsed.GetValue(option)!;
        int shift =
            text.Length == 0
                ? 0
                : char.ToUpperInvariant(text[^1]) switch
                {
                    'K' => 10,
                    'M' => 20,
                    'G' => 30,
                    _ => 0,
                };
        string number = shift > 0 ? text[..^1] : text;
        return
            long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            && value >= 1
            && value <= (long.MaxValue >> shift)
            ? value << shift
            : throw new UsageException(
                $"{option.Name} is {text}, expected a number of bytes such as 5000000, or 200K, 64M, 1G."
            );
    }

    private static FaceBox Box(string text)
    {
        float[] numbers =
        [
            .. text.Split(',')
                .Select(p =>
                    float.TryParse(p, NumberStyles.Float, CultureInfo.InvariantCulture, out float v) ? v : float.NaN
                ),
        ];
        return numbers.Length == 4 && numbers.All(n => MathF.Abs(n) < 1e5f) && numbers[2] > 0 && numbers[3] > 0
            ? new FaceBox(numbers[0], numbers[1], numbers[2], numbers[3])
            : throw new UsageException($"--box is {text}, expected X,Y,WIDTH,HEIGHT in pixels such as 120,80,200,210.");
    }
}
