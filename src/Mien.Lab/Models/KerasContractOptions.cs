using System.CommandLine;
using System.Globalization;
using Mien.CommandLine;
using Mien.Keras;
using Mien.Networks;

namespace Mien.Lab;

/// <summary>
/// The options that say what a Keras file does not: how a face becomes the input, and what the outputs mean.
/// </summary>
internal sealed class KerasContractOptions
{
    private const string Fer2013 = "fer2013";
    private const string Alphabetical = "alphabetical";

    private readonly Option<string?> name = new("--name", "-n")
    {
        Description = "The model's name; by default the file's.",
        HelpName = "NAME",
    };
    private readonly Option<string?> inputSize = new("--input-size")
    {
        Description = "The input's size in pixels, for a model that leaves it open.",
        HelpName = "48 | WIDTHxHEIGHT",
    };
    private readonly Option<string?> scaling = new("--scaling")
    {
        Description =
            "What pixels 0..255 become: 0..1 (divided by 255), -1..1, or 0..255 (as they are). [default: 0..1, "
            + "or what a Rescaling layer in the file says]",
        HelpName = "0..1 | -1..1 | 0..255",
    };
    private readonly Option<float?> mean = new("--mean")
    {
        Description =
            "Instead of --scaling, with --std: input = (pixel - mean) / std, for pixels of 0 to 255. Where the "
            + "project divided by 255 first, multiply both by 255.",
        HelpName = "NUMBER",
    };
    private readonly Option<float?> deviation = new("--std") { Description = "See --mean.", HelpName = "NUMBER" };
    private readonly Option<string?> resize = new("--resize")
    {
        Description =
            "How a face is brought to the input's size. bilinear is cv2.resize's way, nearest that of Keras's "
            + "flow_from_directory. [default: bilinear]",
        HelpName = "nearest | bilinear | bicubic | lanczos",
    };
    private readonly Option<string?> labels = new("--labels")
    {
        Description =
            "The classes in the order of the outputs: a list such as "
            + "angry,disgust,fear,happy,sad,surprise,neutral; fer2013 (the order of fer2013.csv, which is that "
            + "list); or alphabetical (that of folders read by flow_from_directory: neutral before sad). "
            + "[default: fer2013]",
        HelpName = "LIST | fer2013 | alphabetical",
    };
    private readonly Option<string?> licence = new("--licence")
    {
        Description = "The licence of the weights, for the contract.",
        HelpName = "TEXT",
    };
    private readonly Option<string?> trainingData = new("--training-data")
    {
        Description = "What it was trained on, in words, for the contract.",
        HelpName = "TEXT",
    };

    public void AddTo(Command command)
    {
        foreach (
            Option option in (Option[])
                [scaling, mean, deviation, resize, labels, inputSize, name, licence, trainingData]
        )
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What the importer is told.</summary>
    public KerasImportOptions ImportOptions(ParseResult result)
    {
        string? given = result.GetValue(name);
        if (given is not null && string.IsNullOrWhiteSpace(given))
        {
            throw new UsageException("--name is empty, expected a name for the model.");
        }

        (int Width, int Height)? size = SizeOf(result.GetValue(inputSize));
        return new KerasImportOptions
        {
            Name = given,
            Width = size?.Width,
            Height = size?.Height,
        };
    }

    /// <summary>The contract, and where each of its promises comes from.</summary>
    public (ModelContract Contract, IReadOnlyList<ContractLine> Lines) Contract(KerasModel model, ParseResult result)
    {
        NetworkGraph graph = NetworkGraph.Build(model.Network);
        (float scale, float offset, ContractLine scalingLine) = Scaling(model, result);
        (string[] order, string labelsOrigin) = Labels(result.GetValue(labels));
        (ResizeKernel kernel, string resizeOrigin) = Resize(result.GetValue(resize));
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
            TrainingData = result.GetValue(trainingData),
            Licence = result.GetValue(licence),
            Metrics = new SortedDictionary<string, double>(StringComparer.Ordinal)
            {
                ["parameters"] = graph.Parameters,
                ["multiplyAdds"] = graph.MultiplyAdds,
            },
        };
        return (
            contract,
            [
                new(
                    "name",
                    contract.Name,
                    result.GetValue(name) is null ? "the file's name; --name NAME changes it" : "--name"
                ),
                new(
                    "input",
                    string.Create(CultureInfo.InvariantCulture, $"{contract.Width}×{contract.Height} pixels, gray"),
                    model.InputSource is { } source ? $"the file ({source})" : "--input-size"
                ),
                scalingLine,
                new("resize", kernel.ToString().ToLowerInvariant(), resizeOrigin),
                new("labels", string.Join(", ", order), labelsOrigin),
                new(
                    "output",
                    Output(model.FinalActivation),
                    $"the file ({(model.FinalActivation == KerasFinalActivation.None ? "no activation" : model.FinalActivation.ToString().ToLowerInvariant())} "
                        + $"at its end)"
                ),
                new(
                    "licence",
                    contract.Licence ?? "not stated",
                    contract.Licence is null ? "--licence TEXT states it" : "--licence"
                ),
            ]
        );
    }

    private static string Output(KerasFinalActivation end) =>
        end switch
        {
            KerasFinalActivation.Sigmoid => "probabilities: one sigmoid a class, divided by their sum",
            KerasFinalActivation.Softmax => "logits, from which the library computes the softmax",
            _ => "logits, to which the library applies a softmax",
        };

    private (float Scale, float Offset, ContractLine Line) Scaling(KerasModel model, ParseResult result)
    {
        string? range = result.GetValue(scaling);
        float? centre = result.GetValue(mean),
            width = result.GetValue(deviation);
        if (centre is null != width is null || (range is not null && centre is not null))
        {
            throw new UsageException("--mean and --std are given together, and instead of --scaling.");
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
            (null, null) => (1 / 255.0, 0.0, "default; --scaling -1..1, or --mean and --std, change it"),
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

        string formula = string.Create(
            CultureInfo.InvariantCulture,
            $"pixel × {scale:G6}{(offset == 0 ? "" : offset < 0 ? $" − {-offset:G6}" : $" + {offset:G6}")}: {offset:G4} "
                + $"to {(255 * scale) + offset:G4}"
        );
        return ((float)scale, (float)offset, new ContractLine("scaling", formula, origin));
    }

    private static (string[] Order, string Origin) Labels(string? given)
    {
        if (given is null)
        {
            return (
                [.. Expressions.Names],
                "default: the order of fer2013.csv; --labels LIST or --labels alphabetical change it"
            );
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
                $"--labels: '{unknown}' is no expression. Expected {Fer2013}, {Alphabetical}, or the "
                    + $"seven {string.Join(",", Expressions.Names)} in the order of the outputs (angry, happy, sad … "
                    + $"are understood too)."
            );
        }

        string[] order = [.. words.Select(w => Expressions.TryParse(w, out Expression e) ? e.Name() : w)];
        return order.Length == Expressions.Count && order.Distinct().Count() == order.Length
            ? (order, "--labels")
            : throw new UsageException(
                $"--labels names {order.Distinct().Count()} expressions in {order.Length} places, expected "
                    + $"each of the seven once: {string.Join(",", Expressions.Names)} in the order of the outputs."
            );
    }

    private static (ResizeKernel Kernel, string Origin) Resize(string? given) =>
        given is null
            ? (ResizeKernel.Bilinear, "default: as cv2.resize; --resize nearest, bicubic or lanczos changes it")
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
                $"--input-size is '{given}', expected pixels such as 48 or 64x64, at most 4096 a side."
            ),
        };
    }
}
