using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// Computes the distillation targets of a recipe's teacher, once for all trainings of this process on the same data.
/// </summary>
internal static partial class Teachers
{
    private static (string Teacher, bool Voting, FaceDataset Data, string Folds, Answers Answers)? last;

    /// <summary>
    /// Computes the teacher's probabilities for the training images, averaged over the image and its mirror image, and
    /// over the teachers if the recipe names several.
    /// </summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="voting">
    /// Whether the network has a head for the FER+ votes: teachers with such a head give its targets too.
    /// </param>
    /// <param name="data">The data; only the training images are used.</param>
    /// <param name="console">Shows the progress.</param>
    /// <param name="quiet">Whether it is not shown.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The targets; <c>null</c> if the recipe uses no teacher.</returns>
    /// <exception cref="MienException">A model cannot be loaded or run.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Answers? Ask(
        TrainingRecipe recipe,
        bool voting,
        FaceDataset data,
        CommandConsole console,
        bool quiet,
        CancellationToken cancellationToken
    )
    {
        if (
            recipe.TeacherShare == 0
            || recipe.TeacherInput != TeacherInputKind.Plain
            || recipe.Teacher is not { } teacher
        )
        {
            return null;
        }

        if (
            last is { } known
            && known.Teacher == teacher
            && known.Voting == voting
            && ReferenceEquals(known.Data, data)
            && known.Folds == Part(recipe)
        )
        {
            return known.Answers;
        }

        FaceDataset train = Folds.Trained(recipe, data);
        Answers[] each =
        [
            .. NamesOf(teacher).Select(name => AskOne(name, voting, train, console, quiet, cancellationToken)),
        ];
        Answers[] voters = [.. each.Where(a => a.VoteProbabilities is not null)];
        var answers = new Answers(
            string.Join(" and ", each.Select(a => a.Model)),
            Mean([.. each.Select(a => a.Probabilities)]),
            voters.Length == 0 ? null : string.Join(" and ", voters.Select(a => a.Model)),
            voters.Length == 0 ? null : Mean([.. voters.Select(a => a.VoteProbabilities!)])
        );
        last = (teacher, voting, data, Part(recipe), answers);
        return answers;
    }

    private static string Part(TrainingRecipe recipe) =>
        recipe.Folds == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{recipe.Fold} of {recipe.Folds}, seed {recipe.Seed}");

    private static float[] Mean(float[][] each)
    {
        float[] mean = each[0];
        for (int i = 0; each.Length > 1 && i < mean.Length; i++)
        {
            mean[i] = each.Average(p => p[i]);
        }

        return mean;
    }

    /// <summary>
    /// The recipe with full paths of the teachers' files, so that a run folder can be used from any working directory.
    /// A relative path is resolved in the given folders first, then in the current one, like the path of a network.
    /// </summary>
    /// <exception cref="UsageException">The recipe uses a teacher, and its file does not exist.</exception>
    public static TrainingRecipe WithFullPath(TrainingRecipe recipe, params IEnumerable<string?> folders)
    {
        if (recipe.Teacher is not { } teacher)
        {
            return recipe;
        }

        // The paths of an experiment's trials contain commas. A single path needs no quotes, so it is tried as a whole
        // first.
        IEnumerable<string> names = File.Exists(Found(teacher)) ? [teacher] : NamesOf(teacher);
        return recipe with { Teacher = Join(names.Select(Full)) };

        string Found(string name) =>
            folders.OfType<string>().Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists) ?? name;

        string Full(string name) =>
            BuiltInModels.Names.Contains(name) ? name
            : recipe.TeacherShare == 0 || File.Exists(Found(name)) ? Path.GetFullPath(Found(name))
            : throw Missing(name);
    }

    /// <summary>The recipe with file names instead of paths: a contract must not name folders of a machine.</summary>
    public static TrainingRecipe WithoutFolder(TrainingRecipe recipe) =>
        recipe.Teacher is not { } teacher
            ? recipe
            : recipe with
            {
                Teacher = Join(NamesOf(teacher).Select(n => Path.GetFileName(n)!)),
            };

    /// <summary>Splits the names at commas; a name that contains a comma is in double quotes.</summary>
    internal static string[] NamesOf(string teacher) =>
        [
            .. NamePattern()
                .Matches(teacher)
                .Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Value.Trim())
                .Where(n => n.Length > 0),
        ];

    private static string Join(IEnumerable<string> names) =>
        string.Join(", ", names.Select(n => n.Contains(',', StringComparison.Ordinal) ? $"\"{n}\"" : n));

    [GeneratedRegex("\"([^\"]*)\"|[^,\"]+")]
    private static partial Regex NamePattern();

    private static Answers AskOne(
        string teacher,
        bool voting,
        FaceDataset train,
        CommandConsole console,
        bool quiet,
        CancellationToken cancellationToken
    )
    {
        byte[] hash;
        using (Stream file = BuiltInModels.Names.Contains(teacher) ? BuiltInModels.Open(teacher) : OpenFile(teacher))
        {
            hash = SHA256.HashData(file);
        }

        using ExpressionClassifier classifier = ExpressionClassifier.Load(teacher);
        using WorkProgress bar = WorkProgress.Start(
            $"Distillation targets ({classifier.Contract.Name})",
            train.Count,
            new WorkProgressOptions
            {
                Console = console,
                Quiet = quiet,
                Unit = "images",
                PlainInterval = TimeSpan.FromMinutes(1),
            }
        );
        var progress = new ImmediateProgress<int>(done => bar.Report(done));
        string model = $"{classifier.Contract.Name} (SHA-256 {Convert.ToHexStringLower(hash)[..16]}…)";
        ModelContract contract = classifier.Contract;
        if (contract.Heads is { } several && several.All(h => h.Name != LabelSets.Fer2013))
        {
            throw NoLabelHead(teacher, several);
        }

        // The targets of a head for votes are shares of people, so the teacher's probabilities must be too.
        IReadOnlyList<Predictions> heads = new ModelEvaluator(
            classifier,
            new ModelEvaluationOptions { TestTimeAugmentation = TestTimeAugmentation.Flip, VoteTemperatures = true }
        ).PredictHeads(train, progress, cancellationToken);
        float[] labels = Of(LabelSets.Fer2013) ?? heads[0].Probabilities;
        return voting && Of(LabelSets.FerPlus) is { } votes
            ? new Answers(model, labels, model, votes)
            : new Answers(model, labels);

        float[]? Of(string head)
        {
            int place = contract.HeadNames.ToList().IndexOf(head);
            return place < 0 ? null : heads[place].Probabilities;
        }
    }

    internal static UsageException NoLabelHead(string teacher, IReadOnlyList<ModelHead> heads) =>
        new(
            $"teacher: the model '{teacher}' has the heads {string.Join(", ", heads.Select(h => h.Name))}, expected "
                + $"one for FER2013's labels, '{LabelSets.Fer2013}'."
        );

    private static FileStream OpenFile(string teacher) =>
        File.Exists(teacher) ? File.OpenRead(teacher) : throw Missing(teacher);

    internal static UsageException Missing(string teacher) =>
        new(
            $"teacher: there is no model file '{teacher}' and no built-in model of that name "
                + $"({string.Join(", ", BuiltInModels.Names)})."
        );

    /// <summary>The distillation targets of one or several teachers.</summary>
    /// <param name="Model">Name and beginning of the file's SHA-256, of each teacher.</param>
    /// <param name="Probabilities">Training images × 7 probabilities.</param>
    /// <param name="VoteModel">The same as <paramref name="Model"/> of those with a head for the FER+ votes.</param>
    /// <param name="VoteProbabilities">Their probabilities; <c>null</c> if no teacher has such a head.</param>
    internal sealed record Answers(
        string Model,
        float[] Probabilities,
        string? VoteModel = null,
        float[]? VoteProbabilities = null
    );
}
