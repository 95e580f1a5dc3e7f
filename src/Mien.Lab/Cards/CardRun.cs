using System.Globalization;
using System.Runtime.InteropServices;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;
using Mien.Training;

namespace Mien.Lab;

/// <summary>Evaluates an exported model and writes its card.</summary>
internal sealed class CardRun(CommandConsole console)
{
    private const int Folds = 5;

    /// <summary>
    /// Batch sizes whose speed is measured: a single face, and the largest batch that the library gives the network.
    /// </summary>
    private static readonly int[] SpeedBatches = [1, 64];

    /// <summary>The run that the model was exported from: its name or folder.</summary>
    public required string Run { get; init; }

    /// <summary>The folder of all runs; <c>null</c> uses the default folder.</summary>
    public string? Runs { get; init; }

    /// <summary>The ONNX file.</summary>
    public required string Model { get; init; }

    /// <summary>Trainings that were evaluated on PublicTest, including this one.</summary>
    public int RunsEvaluated { get; init; } = 1;

    /// <summary>Epochs of all these trainings; <c>null</c> uses those of this run.</summary>
    public int? CheckpointsEvaluated { get; init; }

    /// <summary>Folders whose runs were also evaluated on PublicTest.</summary>
    public IReadOnlyList<string> Searched { get; init; } = [];

    public bool MeasureRobustness { get; init; }

    /// <summary>A file of <c>mien evaluate</c> with the robustness; <c>null</c> if there is none.</summary>
    public string? RobustnessFrom { get; init; }

    public bool MeasureSpeed { get; init; }

    /// <summary>
    /// The recipe file that the card names; <c>null</c> uses <c>recipes/NAME.json</c> with the model's name.
    /// </summary>
    public string? RecipeName { get; init; }

    /// <summary>The target accuracy, 0..1.</summary>
    public double? Goal { get; init; }

    /// <summary>The accuracy published for this network, 0..1.</summary>
    public double? Published { get; init; }

    /// <summary>The hardware of the training; <c>null</c> uses the number of CPU cores in <c>run.json</c>.</summary>
    public string? Hardware { get; init; }

    /// <summary>Paragraphs for the card.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public bool Quiet { get; init; }

    public required GivenData Data { get; init; }

    /// <summary>Runs the command.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellationToken)
    {
        if (RunsEvaluated < 1 || CheckpointsEvaluated < 1)
        {
            throw new UsageException(
                "--runs-evaluated and --checkpoints-evaluated include this run, expected 1 or more."
            );
        }

        CardSource source = CardSource.Find(Run, Runs);
        (int otherRuns, int otherEpochs) = source.CountOthers(Searched);
        RunInfo info = source.Info;
        string file = Path.GetFullPath(Model);
        using OutputLock alone = OutputLock.Take([Path.Combine(Path.GetDirectoryName(file)!, "README.md")]);
        using ExpressionClassifier classifier = ExpressionClassifier.Load(file);
        TrainingRecipe recipe = RecipeOf(classifier.Contract, source.Folder, file);
        ModelContract contract = classifier.Contract;
        string? head = MainHead(contract);
        DataSource data = Data.Override(info.Source);
        if (data.Votes is null && contract.Heads?.Any(h => h.Name == LabelSets.FerPlus) == true)
        {
            throw new UsageException(
                $"{file}: its head '{LabelSets.FerPlus}' is evaluated on FER+ votes, and the run has none. Give "
                    + $"fer2013new.csv with --votes."
            );
        }

        FaceDataset images = (head is null ? data with { Votes = null } : data).Read(console, cancellationToken);
        int validationImages = images.IndicesOf(DatasetSplit.PublicTest).Length;
        if (validationImages == 0)
        {
            throw new UsageException(
                $"{images.Name} has no PublicTest images, which the evaluation needs. Give other --data."
            );
        }

        var evaluation = new CardEvaluation(console, classifier, images, head, Quiet, cancellationToken);
        (List<EvaluationReport> reports, Predictions plain) = evaluation.Run();
        if (RobustnessFrom is { } measured)
        {
            reports[0] = reports[0] with { Robustness = CardEvaluation.Robust(measured, reports[0]) };
        }
        else if (MeasureRobustness)
        {
            reports[0] = reports[0] with { Robustness = evaluation.Robust() };
        }

        string name = classifier.Contract.Name;
        string directory = Path.GetDirectoryName(file)!;
        ModelCard.Write(
            Path.Combine(directory, "README.md"),
            new ModelCardInput
            {
                // The card's figures are those of one head, so the temperature and threshold that it names are too.
                Contract = head is null
                    ? contract
                    : contract with
                    {
                        Temperature = contract.SelectHead(head).Temperature,
                        UncertainBelow = contract.SelectHead(head).UncertainBelow,
                    },
                Head = head,
                Heads = evaluation.Heads(Folds),
                Evaluation = reports[0],
                OtherEvaluations = reports[1..],
                History = source.History,
                ShippedEpoch = (int)classifier.Contract.Metrics.GetValueOrDefault("epoch"),
                ModelFile = Path.GetFileName(file),
                ModelBytes = new FileInfo(file).Length,
                Parameters = (long)classifier.Contract.Metrics["parameters"],
                Macs = (long)classifier.Contract.Metrics["macs"],
                Seed = recipe.Seed,
                NormalisedLater =
                    classifier.Contract.CropNormalisation is not null
                    && recipe.CropNormalisation == CropNormalisationKind.None,
                TrainCommand = source.TrainCommand(RecipeName ?? $"recipes/{name}.json"),
                RunsEvaluated = RunsEvaluated + otherRuns,
                CheckpointsEvaluated = (CheckpointsEvaluated ?? source.History.Count) + otherEpochs,
                PrivateTestUnseen = images.IndicesOf(DatasetSplit.PrivateTest).Length == 0,
                TrainingTime = TimeSpan.FromSeconds(source.Seconds),
                Hardware =
                    Hardware
                    ?? string.Create(CultureInfo.InvariantCulture, $"{info.Cores} CPU cores ({info.Architecture})"),
                Speeds = MeasureSpeed
                    ?
                    [
                        .. SpeedBatches.Select(n =>
                            SpeedMeasurement.Measure(classifier, n, SpeedMeasurement.DefaultRound, cancellationToken)
                        ),
                    ]
                    : [],
                SpeedHardware = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Environment.ProcessorCount} CPU cores ({RuntimeInformation.ProcessArchitecture})"
                ),
                Versions = new Dictionary<string, string>
                {
                    ["Mien"] = info.Mien,
                    ["TorchSharp"] = info.TorchSharp,
                    [".NET"] = info.Runtime.Replace(".NET ", "", StringComparison.Ordinal),
                },
                UsesFerPlusVotes =
                    recipe.VoteShare > 0 || contract.Heads?.Any(h => h.Name == LabelSets.FerPlus) == true,
                TargetsIncludeVotes = recipe.VoteShare > 0,
                Goal = Goal,
                Published = Published,
                OutOfFold =
                    validationImages < Folds
                        ? null
                        : Metrics.Compute(TemperatureScaling.CrossValidate(plain, Folds).OutOfFold),
                EceBeforeScaling = Metrics
                    .Compute(plain.WithProbabilities(TemperatureScaling.Apply(plain.LogitsOrLogProbabilities(), 1)))
                    .Ece,
                Notes = Notes,
            }
        );
        source.KeepBeside(directory, classifier.Contract.Recipe!.TrimEnd() + "\n");
        console.Out.WriteLine($"Card written to {Path.Combine(directory, "README.md")}.");
        return ExitCodes.Done;
    }

    /// <summary>The head whose figures the card shows in detail; <c>null</c> for a model with one head.</summary>
    private static string? MainHead(ModelContract contract) =>
        contract.Heads?.FirstOrDefault(h => h.Name == LabelSets.Fer2013)?.Name ?? contract.Heads?[0].Name;

    /// <summary>Reads the recipe in a model's contract, which must be the run's.</summary>
    private static TrainingRecipe RecipeOf(ModelContract contract, RunFolder folder, string file)
    {
        if (
            contract.Recipe is not { } text
            || !contract.Metrics.ContainsKey("parameters")
            || !contract.Metrics.ContainsKey("macs")
        )
        {
            throw new UsageException(
                $"{file}: the contract has no recipe or no metrics, which a card needs. Expected a file that "
                    + $"'mien-lab export' wrote."
            );
        }

        TrainingRecipe recipe = RecipeFile.Parse(text, file);
        return RecipeFile.ToJson(recipe) == RecipeFile.ToJson(Teachers.WithoutFolder(RecipeFile.Load(folder.Recipe)))
            ? recipe
            : throw new UsageException(
                $"{file}: the model was trained with another recipe than the run "
                    + $"'{Path.GetFileName(folder.Path)}'. Name the run that it was exported from."
            );
    }
}
