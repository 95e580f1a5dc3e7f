using System.Globalization;
using Mien.CommandLine;
using Mien.Keras;
using Mien.Networks;

namespace Mien.Lab;

/// <summary>
/// The part of a contract that a Keras file does not contain: how a face becomes the input, and what the outputs mean.
/// The values are the texts of the options; <c>null</c> uses the file's value or the default.
/// </summary>
internal sealed record KerasContract
{
    private const string Fer2013 = "fer2013";
    private const string Alphabetical = "alphabetical";

    /// <summary>The model's name.</summary>
    public string? Name { get; init; }

    /// <summary>The input size in pixels, such as <c>48</c> or <c>64x64</c>.</summary>
    public string? InputSize { get; init; }

    /// <summary>The range that pixels are scaled to, such as <c>0..1</c>.</summary>
    public string? Scaling { get; init; }

    /// <summary>Instead of <see cref="Scaling"/>: the value subtracted from pixels of 0 to 255.</summary>
    public float? Mean { get; init; }

    /// <summary>The value that the difference is divided by.</summary>
    public float? Deviation { get; init; }

    /// <summary>The resampling kernel that resizes a face to the input size.</summary>
    public string? Resize { get; init; }

    /// <summary>The labels in the order of the outputs.</summary>
    public string? Labels { get; init; }

    /// <summary>The licence of the weights.</summary>
    public string? Licence { get; init; }

    /// <summary>The training data as text.</summary>
    public string? TrainingData { get; init; }

    /// <summary>The options for the importer.</summary>
    public KerasImportOptions ImportOptions()
    {
        string? given = Name;
        if (given is not null && string.IsNullOrWhiteSpace(given))
        {
            throw new UsageException("--name is empty, expected a name for the model.");
        }

        (int Width, int Height)? size = SizeOf(InputSize);
        return new KerasImportOptions
        {
            Name = given,
            Width = size?.Width,
            Height = size?.Height,
        };
    }

    /// <summary>The contract, and the source of each entry.</summary>
    public (ModelContract Contract, IReadOnlyList<ContractLine> Lines) For(KerasModel model)
    {
        NetworkGraph graph = NetworkGraph.Build(model.Network);
        (float scale, float offset, ContractLine scalingLine) = ScalingOf(model);
        (string[] order, string labelsOrigin) = LabelsOf(Labels);
        (ResizeKernel kernel, string resizeOrigin) = ResizeOf(Resize);
        var contract = new ModelContract
        {
            Name = model.Network.Name,
            Width = graph.Input.Width,
            Height = graph.Input.Height,
            Scale = scale,
            Offset = offset,
            Resize = kernel,
            Labels = order,
            Output = model.Output,
            OutputName = model.Output == ModelOutput.Logits ? "logits" : "probabilities",
            TrainingData = TrainingData,
            Licence = Licence,
            Metrics = new SortedDictionary<string, double>(StringComparer.Ordinal)
            {
                ["parameters"] = graph.Parameters,
                ["macs"] = graph.Macs,
            },
        };
        return (
            contract,
            [
                new("name", contract.Name, Name is null ? "the file's name; change it with --name" : "--name"),
                new(
                    "input",
                    string.Create(CultureInfo.InvariantCulture, $"{contract.Width}×{contract.Height} pixels, gray"),
                    model.InputSource is { } source ? $"the file ({source})" : "--input-size"
                ),
                scalingLine,
                new("resize", kernel.ToString().ToLowerInvariant(), resizeOrigin),
                new("labels", string.Join(", ", order), labelsOrigin),
                new("output", Output(model.FinalActivation), $"the file (it ends with {EndOf(model.FinalActivation)})"),
                new(
                    "licence",
                    contract.Licence ?? "not stated",
                    contract.Licence is null ? "set it with --licence" : "--licence"
                ),
            ]
        );
    }

    private static string EndOf(KerasFinalActivation end) =>
        end == KerasFinalActivation.None ? "no activation" : end.ToString().ToLowerInvariant();

    private static string Output(KerasFinalActivation end) =>
        end switch
        {
            KerasFinalActivation.Sigmoid => "probabilities: one sigmoid per class, divided by their sum",
            KerasFinalActivation.Softmax => "logits; the library computes the softmax",
            _ => "logits; the library applies a softmax",
        };

    private (float Scale, float Offset, ContractLine Line) ScalingOf(KerasModel model)
    {
        string? range = Scaling;
        float? centre = Mean,
            width = Deviation;
        if (centre is null != width is null || (range is not null && centre is not null))
        {
            throw new UsageException("--mean and --std must be given together, and without --scaling.");
        }

        if (width is { } std && (!(std > 0) || !float.IsFinite(std) || !float.IsFinite(centre!.Value)))
        {
            throw new UsageException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"--mean is {centre} and --std is {std}, expected finite numbers, --std over 0."
                )
            );
        }

        (double scale, double offset, string origin) = (range, width) switch
        {
            (null, { } s) => (1.0 / s, -(double)centre!.Value / s, "--mean and --std"),
            (null, null) when model.Rescaling is not null => (1.0, 0.0, "the file"),
            (null, null) => (1 / 255.0, 0.0, "default; change it with --scaling, or --mean and --std"),
            ("0..1" or "unit", _) => (1 / 255.0, 0.0, "--scaling"),
            ("-1..1" or "signed", _) => (2 / 255.0, -1.0, "--scaling"),
            ("0..255" or "none", _) => (1.0, 0.0, "--scaling"),
            _ => throw new UsageException(
                $"--scaling is '{range}', expected 0..1, -1..1 or 0..255; or give --mean and --std."
            ),
        };
        if (model.Rescaling is { } layer)
        {
            (scale, offset) = (scale * layer.Scale, (offset * layer.Scale) + layer.Offset);
            origin += ", with the Rescaling layer in the file";
        }

        string shift = offset switch
        {
            0 => "",
            < 0 => string.Create(CultureInfo.InvariantCulture, $" − {-offset:G6}"),
            _ => string.Create(CultureInfo.InvariantCulture, $" + {offset:G6}"),
        };
        string formula = string.Create(
            CultureInfo.InvariantCulture,
            $"pixel × {scale:G6}{shift}: {offset:G4} to {(255 * scale) + offset:G4}"
        );
        return ((float)scale, (float)offset, new ContractLine("scaling", formula, origin));
    }

    private static (string[] Order, string Origin) LabelsOf(string? given)
    {
        if (given is null)
        {
            return ([.. Expressions.Names], "default: the order of fer2013.csv; change it with --labels");
        }

        switch (given.Trim().ToUpperInvariant())
        {
            case "FER2013":
                return ([.. Expressions.Names], $"--labels {Fer2013}");
            case "ALPHABETICAL":
                return ([.. Expressions.Names.Order(StringComparer.Ordinal)], $"--labels {Alphabetical}");
        }

        string[] words = given.Split(',', StringSplitOptions.TrimEntries);
        string? unknown = Array.Find(words, w => !Expressions.TryParse(w, out _));
        if (unknown is not null)
        {
            throw new UsageException(
                $"--labels: '{unknown}' is not an expression. Expected {Fer2013}, {Alphabetical}, or the seven "
                    + $"labels in the order of the outputs, from {string.Join(",", Expressions.Names)} (angry, "
                    + $"happy, sad … are accepted too)."
            );
        }

        string[] order = [.. words.Select(w => Expressions.TryParse(w, out Expression e) ? e.Name() : w)];
        return order.Length == Expressions.Count && order.Distinct().Count() == order.Length
            ? (order, "--labels")
            : throw new UsageException(
                $"--labels has {order.Length} entries with {order.Distinct().Count()} different expressions, expected "
                    + $"each of the seven once: {string.Join(",", Expressions.Names)}, in the order of the outputs."
            );
    }

    private static (ResizeKernel Kernel, string Origin) ResizeOf(string? given) =>
        given is null ? (ResizeKernel.Bilinear, "default: like cv2.resize; change it with --resize")
        : Enum.TryParse(given, ignoreCase: true, out ResizeKernel kernel) && given.All(char.IsAsciiLetter)
            ? (kernel, "--resize")
        : throw new UsageException(
            $"--resize is '{given}', expected {string.Join(", ", Enum.GetNames<ResizeKernel>()).ToLowerInvariant()}."
        );

    private static (int Width, int Height)? SizeOf(string? given)
    {
        if (given is null)
        {
            return null;
        }

        string[] sides = given.Split('x', 'X', '×');
        int[] numbers =
        [
            .. sides.Select(s =>
                int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out int side)
                && side is > 0 and <= 4096
                    ? side
                    : 0
            ),
        ];
        return numbers switch
        {
            [> 0 and var side] => (side, side),
            [> 0 and var width, > 0 and var height] => (width, height),
            _ => throw new UsageException(
                $"--input-size is '{given}', expected pixels such as 48 or 64x64, at most 4096 per side."
            ),
        };
    }
}
