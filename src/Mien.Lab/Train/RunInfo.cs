using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Training;

namespace Mien.Lab;

/// <summary>What a run folder's <c>run.json</c> keeps: which data, which versions, which machine.</summary>
internal sealed record RunInfo
{
    public required string Data { get; init; }

    public string? Votes { get; init; }

    /// <summary>The checkpoint that the training started with; <c>null</c>: random weights.</summary>
    public string? From { get; init; }

    /// <summary>
    /// What the training of <see cref="From"/> learned from, in words; <c>null</c>: random weights, or a file that lies
    /// in no run's folder.
    /// </summary>
    public string? Before { get; init; }

    /// <summary>
    /// The model whose probabilities were learned from, and the beginning of its file's SHA-256; <c>null</c>: none.
    /// </summary>
    public string? Teacher { get; init; }

    public bool SkipBadRows { get; init; }

    public DatasetSplit? TestFolderSplit { get; init; }

    public DatasetSplit? DefaultSplit { get; init; }

    public int? RandomSplit { get; init; }

    public int TrainingImages { get; init; }

    public int ValidationImages { get; init; }

    /// <summary>The name that <see cref="ValidationImages"/> had in earlier versions: read, never written.</summary>
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

    /// <summary>What trainings of several recipes learned from, in words.</summary>
    [JsonIgnore]
    public string DataOfAll => Images + (Votes is null ? "" : ", FER+ votes where a recipe's voteShare asks for them");

    private string Images =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{DataName}, split Training ({TrainingImages:N0} "
                + $"images{(RandomSplit is { } seed ? $" of a random 80:10:10 split, seed {seed}" : "")})"
        );

    public string Mien { get; init; } = Versions.Mien;

    public string TorchSharp { get; init; } = Versions.TorchSharp;

    public string Runtime { get; init; } = RuntimeInformation.FrameworkDescription;

    public string System { get; init; } = RuntimeInformation.OSDescription;

    public string Architecture { get; init; } = RuntimeInformation.ProcessArchitecture.ToString();

    public int Cores { get; init; } = Environment.ProcessorCount;

    public string Started { get; init; } =
        DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>What is kept of a training on this data; versions and machine are this process's.</summary>
    public static RunInfo Of(DataSource source, FaceDataset images) =>
        new RunInfo { Data = source.Path }.With(source, images);

    /// <summary>
    /// What a training by this recipe learned from, in words, for contracts and cards. Votes that were given count only
    /// where it uses them.
    /// </summary>
    public string TrainingData(TrainingRecipe recipe)
    {
        bool votes = Votes is not null && recipe.VoteShare > 0;
        string taught = Teacher is null ? "" : $", taught by the model {Teacher}";
        if (Before is null)
        {
            string begun = From is null ? "" : $", begun with the weights of {Path.GetFileName(From)}";
            return Images + (votes ? ", targets from labels and FER+ votes" : "") + taught + begun;
        }

        string images = Before.StartsWith(Images, StringComparison.Ordinal) ? "the same images" : Images;
        return $"{Before}; then {images}, targets from labels{(votes ? " and FER+ votes" : "")}{taught}";
    }

    /// <summary>
    /// What the training that wrote a checkpoint learned from, in words; <c>null</c> where it lies in no run's folder.
    /// </summary>
    public static string? TrainingDataOf(string checkpoint)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(checkpoint))!;
        var run = new RunFolder(folder);
        return File.Exists(run.Run) && File.Exists(run.Recipe)
            ? Load(run.Run).TrainingData(RecipeFile.Load(run.Recipe))
            : null;
    }

    /// <summary>The same run on data that lies elsewhere.</summary>
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
    /// The same with bare file names: what may stand in a repository says nothing of a machine's folders.
    /// </summary>
    public RunInfo WithoutFolders() =>
        this with
        {
            Data = DataName,
            Votes = Votes is null ? null : Path.GetFileName(Votes),
            From = From is null ? null : Path.GetFileName(From),
        };

    public string ToJson() => JsonSerializer.Serialize(this, ReadableJson.Options) + "\n";

    /// <summary>Reads a run's <c>run.json</c>.</summary>
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
                $"{path}: not the run.json of a run: {e.Message} Restore it, or start the training anew with "
                    + $"'mien-lab train … --overwrite'.",
                e
            );
        }
    }
}
