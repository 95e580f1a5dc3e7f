using System.CommandLine;
using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>The arguments and options of <c>mien predict</c>.</summary>
internal sealed class PredictOptions
{
    private const int MaxPartSize = 1_000_000;

    private readonly Argument<string[]> images = new Argument<string[]>("IMAGE")
    {
        Arity = ArgumentArity.OneOrMore,
        Description =
            "Images (JPEG, PNG, WebP, BMP, GIF), folders, quoted patterns such as \"photos/**/*.jpg\", @FILE for a "
            + "list of images with one path per line (@- on standard input), or - for an image on standard input. URLs "
            + "are not downloaded.",
    }.RejectUnknownOptions();

    private readonly ModelArguments model = new("photo");
    private readonly PhotoArguments photos = new();
    private readonly Option<bool> json = new("--json")
    {
        Description =
            "Write a JSON array, one object per image. Probabilities are fractions 0..1 "
            + "(fields: docs/predict.md).",
    };
    private readonly Option<bool> jsonLines = new("--jsonl")
    {
        Description = "Write JSON Lines: the same objects, one per line.",
    };
    private readonly Option<bool> csv = new("--csv")
    {
        Description = "Write CSV, one row per face; an image without a face also has one row.",
    };
    private readonly Option<bool> safeCsv = CommonOptions.SafeCsv();
    private readonly Option<string?> output = new("--output", "-o")
    {
        HelpName = "FILE",
        Description =
            "Write to a file. Its extension .json, .jsonl, .csv or .txt selects the format if no option does.",
    };
    private readonly Option<bool> resume = new("--resume")
    {
        Description =
            "Continue an interrupted JSON Lines or CSV file or Parquet folder. Images that it already contains are "
            + "skipped, except failed ones.",
    };
    private readonly Option<string?> parquet = new("--parquet")
    {
        HelpName = "DIR",
        Description =
            "Write Parquet parts to this folder: the columns of CSV with types, for DuckDB, pandas and Spark "
            + "(docs/parquet.md). Without -o, --json, --jsonl or --csv nothing else is written.",
    };
    private readonly Option<string?> partSize = new("--part-size")
    {
        HelpName = "N",
        Description = $"Images per Parquet part; default {ParquetParts.DefaultSize}.",
    };
    private readonly Option<string?> annotate = new("--annotate")
    {
        HelpName = "DIR",
        Description = "Write each photo with boxes and labels to this folder.",
    };
    private readonly Option<string?> saveCrops = new("--save-crops")
    {
        HelpName = "DIR",
        Description = "Write each face crop exactly as the network receives it, as PNG, to this folder.",
    };
    private readonly Option<string?> explain = new("--explain")
    {
        HelpName = "DIR",
        Description =
            "Write a heat map of each face as PNG to this folder: the regions that drove the prediction "
            + "(docs/explanation.md).",
    };
    private readonly Option<string?> shard = new("--shard")
    {
        HelpName = "I/N|auto|auto/N",
        Description =
            "Process only part I of N of the images, I from 0, for a run on many machines. auto: as Slurm or AWS Batch "
            + "tell; auto/N: only the index from Slurm, AWS Batch or Kubernetes (docs/shards.md).",
    };
    private readonly Option<string?> root = new("--root")
    {
        HelpName = "DIR",
        Description = "Folder of the paths in lists (@FILE). Default: the folder of the list.",
    };
    private readonly Option<bool> brief = new("--brief")
    {
        Description = $"One line per face instead of bars; the default for more than {PredictRun.MaxBars} images.",
    };
    private readonly Option<bool> failFast = new("--fail-fast") { Description = "Stop at the first image that fails." };
    private readonly Option<int> threads = CommonOptions.Threads();
    private readonly Option<bool> quiet = CommonOptions.Quiet();

    /// <summary>Adds the arguments and options to the command, in the order and groups of its help.</summary>
    public void AddTo(Command command)
    {
        command.Add(images);
        foreach (Option option in model.Network)
        {
            command.Add(option);
        }

        command.AddSection("Face detection", [.. model.Detection.All, .. photos.Faces]);
        command.AddSection("Results", [json, jsonLines, csv, safeCsv, brief, output, parquet, partSize, resume]);
        command.AddSection("Files per image", [annotate, saveCrops, explain]);
        command.AddSection("Many images", [shard, root]);
        command.AddSection("Running", [threads, model.Device, failFast, .. photos.Limits, quiet]);
        command.Validators.Add(result =>
        {
            string[] forms = [.. new[] { json, jsonLines, csv }.Where(result.GetValue).Select(o => o.Name)];
            if (forms.Length > 1)
            {
                result.AddError($"{string.Join(" and ", forms)} exclude each other; give one of them.");
            }
        });
        command.Validators.Add(photos.Check);
    }

    /// <summary>Converts the parsed command line to a request.</summary>
    /// <exception cref="UsageException">A value is invalid, or options contradict each other.</exception>
    public PredictRequest ToRequest(ParseResult parsed)
    {
        Shard? part = parsed.GetValue(shard) is { } text ? Shard.Parse(text, Environment.GetEnvironmentVariable) : null;
        string? file = parsed.GetValue(output) is { } name ? Shard.InName(name, part) : null;
        PredictionForms.RefusePicture(file);
        PredictionForm form =
            parsed.GetValue(json) ? PredictionForm.Json
            : parsed.GetValue(jsonLines) ? PredictionForm.JsonLines
            : parsed.GetValue(csv) ? PredictionForm.Csv
            : PredictionForms.OfFile(file);
        string? parts = parsed.GetValue(parquet);
        if (parts is null && parsed.GetValue(partSize) is not null)
        {
            throw new UsageException("--part-size is the number of images per Parquet part: it needs --parquet DIR.");
        }

        if (parts is not null && parsed.GetValue(resume) && (file is not null || form != PredictionForm.Text))
        {
            throw new UsageException(
                "--resume continues one output, but there are two: the Parquet parts and "
                    + $"{(file is null ? form.Name() : $"'{file}'")}. Give --parquet alone; 'mien merge {parts} -o "
                    + $"FILE.csv' makes a CSV file of the parts."
            );
        }

        if (parts is null && parsed.GetValue(resume) && (file is null || !form.IsLines()))
        {
            throw new UsageException(
                $"--resume needs a JSON Lines or CSV file, but the output "
                    + $"is {(file is null ? "standard output" : form.Name())}. Use -o FILE.jsonl, -o FILE.csv or "
                    + $"--parquet DIR."
            );
        }

        return new PredictRequest
        {
            Images = [.. parsed.GetValue(images)!.Select(i => PhotoList.Is(i) ? Shard.InName(i, part) : i)],
            Root = parsed.GetValue(root),
            Shard = part,
            Recognizer = model.Of(parsed) with { Limits = photos.LimitsOf(parsed) },
            Options = photos.OptionsOf(parsed) with
            {
                KeepCrops = parsed.GetValue(saveCrops) is not null,
                Explain = parsed.GetValue(explain) is not null,
            },
            Form = form,
            OutputFile = file,
            ParquetFolder = parts,
            PartSize = parsed.GetValue(partSize) is null ? ParquetParts.DefaultSize : PartSizeOf(parsed),
            Resume = parsed.GetValue(resume),
            SafeCsv = parsed.GetValue(safeCsv),
            AnnotateFolder = parsed.GetValue(annotate),
            CropsFolder = parsed.GetValue(saveCrops),
            ExplainFolder = parsed.GetValue(explain),
            Threads = parsed.GetValue(threads),
            Brief = parsed.GetValue(brief),
            Quiet = parsed.GetValue(quiet),
            FailFast = parsed.GetValue(failFast),
        };
    }

    private int PartSizeOf(ParseResult parsed)
    {
        string text = parsed.GetValue(partSize)!;
        return
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            && value is > 0 and <= MaxPartSize
            ? value
            : throw new UsageException($"--part-size is {text}, expected a whole number from 1 to {MaxPartSize:N0}.");
    }
}
