using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Mien.CommandLine;
using Mien.Data;
using Mien.Training;

namespace Mien.Lab;

/// <summary>The contents of a run folder's <c>run.json</c>: data, versions and machine.</summary>
internal sealed partial record RunInfo
{
    public required string Data { get; init; }

    public string? Votes { get; init; }

    /// <summary>The checkpoint with the initial weights; <c>null</c> if they were random.</summary>
    public string? From { get; init; }

    /// <summary>
    /// The training data of <see cref="From"/> as text; <c>null</c> for random weights, and for a checkpoint outside a
    /// run folder.
    /// </summary>
    public string? Before { get; init; }

    /// <summary>
    /// The teacher: the model's name and the beginning of its file's SHA-256; <c>null</c> if there was none.
    /// </summary>
    public string? Teacher { get; init; }

    /// <summary>The same for the teachers that have a head for the FER+ votes; <c>null</c> if none has.</summary>
    public string? VoteTeacher { get; init; }

    public bool SkipBadRows { get; init; }

    public DatasetSplit? TestFolderSplit { get; init; }

    public DatasetSplit? DefaultSplit { get; init; }

    public int? RandomSplit { get; init; }

    public int TrainingImages { get; init; }

    /// <summary>
    /// The number of images of <see cref="TrainingImages"/> that the recipe's fold leaves out; <c>null</c> without
    /// folds.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LeftOutImages { get; init; }

    public int ValidationImages { get; init; }

    /// <summary>The name of <see cref="ValidationImages"/> in earlier versions: read, never written.</summary>
    public int? DevImages
    {
        get => null;
        init => ValidationImages = value ?? ValidationImages;
    }

    [JsonIgnore]
    public DataSource Source =>
        new(Data, Votes, SkipBadRows)
        {
            TestFolderSplit = TestFolderSplit,
            DefaultSplit = DefaultSplit,
            RandomSplit = RandomSplit,
        };

    [JsonIgnore]
    public string DataName => Path.GetFileName(Path.TrimEndingDirectorySeparator(Data));

    /// <summary>The data of trainings with several recipes, as text.</summary>
    [JsonIgnore]
    public string DataOfAll => Images + (Votes is null ? "" : ", FER+ votes if the recipe's voteShare is over 0");

    private string Images =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{DataName}, split Training ({TrainingImages:N0} "
                + $"images{(RandomSplit is { } seed ? $" of a random 80:10:10 split, seed {seed}" : "")})"
        );

    public string Mien { get; init; } = Versions.Mien;

    public string TorchSharp { get; init; } = Versions.TorchSharp;

    /// <summary>The version of libtorch; <c>null</c> if it is unknown.</summary>
    public string? LibTorch { get; init; }

    /// <summary>
    /// The device, such as <c>cpu</c> or <c>cuda:0 (NVIDIA H100)</c>; several, in their order, if the run was resumed
    /// on another one. <c>null</c> in runs of earlier versions.
    /// </summary>
    public string? Device { get; init; }

    public string Runtime { get; init; } = RuntimeInformation.FrameworkDescription;

    public string System { get; init; } = RuntimeInformation.OSDescription;

    public string Architecture { get; init; } = RuntimeInformation.ProcessArchitecture.ToString();

    public int Cores { get; init; } = Environment.ProcessorCount;

    public string Started { get; init; } =
        DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>
    /// Creates the record of a training on this data, with the versions and the machine of this process.
    /// </summary>
    public static RunInfo Of(DataSource source, FaceDataset images) =>
        new RunInfo { Data = source.Path }.With(source, images);

    /// <summary>
    /// Describes the training data of a recipe for contracts and cards. Votes are mentioned only if the recipe uses
    /// them.
    /// </summary>
    public string TrainingData(TrainingRecipe recipe)
    {
        bool votes = Votes is not null && recipe.VoteShare > 0;
        string distillation = Teacher is null ? "" : $", knowledge distillation from {Teacher}";
        string images = Images + LeftOut(recipe);
        if (Before is null)
        {
            string start = From is null ? "" : $", initialised with the weights of {Path.GetFileName(From)}";
            return images + (votes ? ", targets from labels and FER+ votes" : "") + distillation + start;
        }

        images = Before.StartsWith(images, StringComparison.Ordinal) ? "the same images" : images;
        string targets = votes ? "labels and FER+ votes" : "labels";
        return $"{CurrentWording(Before)}; then {images}, targets from {targets}{distillation}";
    }

    /// <summary>
    /// Describes the training data of one head; for FER2013's labels it is <see cref="TrainingData"/>.
    /// </summary>
    public string TrainingDataOf(string head, TrainingRecipe recipe) =>
        head == LabelSets.FerPlus
            ? $"{Images}{LeftOut(recipe)}, FER+ votes"
                + (VoteTeacher is null ? "" : $", knowledge distillation from {VoteTeacher}")
            : TrainingData(recipe);

    private string LeftOut(TrainingRecipe recipe) =>
        LeftOutImages is { } count
            ? string.Create(
                CultureInfo.InvariantCulture,
                $" without fold {recipe.Fold} of {recipe.Folds} ({count:N0} images)"
            )
            : "";

    /// <summary>
    /// The text of <see cref="TrainingData"/> in this version's words. Contracts and run folders keep the words of the
    /// version that wrote them.
    /// </summary>
    public static string CurrentWording(string trainingData) =>
        EarlierWording().Replace(trainingData, ", knowledge distillation from ");

    [GeneratedRegex(@", taught\sby the model ")]
    private static partial Regex EarlierWording();

    /// <summary>
    /// Describes the training data of a checkpoint; <c>null</c> if the checkpoint is not in a run folder.
    /// </summary>
    public static string? TrainingDataOf(string checkpoint)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(checkpoint))!;
        var run = new RunFolder(folder);
        return File.Exists(run.Run) && File.Exists(run.Recipe)
            ? Load(run.Run).TrainingData(RecipeFile.Load(run.Recipe))
            : null;
    }

    /// <summary>The same run, which continues on a device.</summary>
    public RunInfo On(ChosenDevice device)
    {
        const string Next = ", then ";
        string now = device.Description;
        return this with
        {
            LibTorch = Training.LibTorch.Version?.ToString(),
            Device =
                Device is null ? now
                : Device.Split(Next)[^1] == now ? Device
                : Device + Next + now,
        };
    }

    /// <summary>The same run with data from another path.</summary>
    public RunInfo With(DataSource source, FaceDataset images) =>
        this with
        {
            Data = source.Path,
            Votes = source.Votes,
            SkipBadRows = source.SkipBadRows,
            TestFolderSplit = source.TestFolderSplit,
            DefaultSplit = source.DefaultSplit,
            RandomSplit = source.RandomSplit,
            TrainingImages = images.IndicesOf(DatasetSplit.Training).Length,
            ValidationImages = images.IndicesOf(DatasetSplit.PublicTest).Length,
        };

    /// <summary>
    /// The same with file names instead of paths: files in the repository must not name folders of a machine.
    /// </summary>
    public RunInfo WithoutFolders() =>
        this with
        {
            Data = DataName,
            Votes = Votes is null ? null : Path.GetFileName(Votes),
            From = From is null ? null : Path.GetFileName(From),
        };

    public string ToJson() => JsonSerializer.Serialize(this, ReadableJson.Options) + "\n";

    /// <summary>Reads the <c>run.json</c> of a run.</summary>
    /// <exception cref="TrainingException">It is damaged.</exception>
    public static RunInfo Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<RunInfo>(File.ReadAllText(path), ReadableJson.Options)
                ?? throw new JsonException("the text is 'null'");
        }
        catch (JsonException e)
        {
            throw new TrainingException(
                ErrorKind.BadInput,
                "badRun",
                $"{path}: not a valid run.json: {e.Message} Restore the file, or start the training again with "
                    + $"'mien-lab train … --overwrite'.",
                e
            );
        }
    }
}
