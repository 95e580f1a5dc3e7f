using Mien.CommandLine;
using Mien.Data;
using Mien.Training;

namespace Mien.Lab;

/// <summary>Opens the teachers of a recipe that see the same augmented images as the student.</summary>
internal static class AugmentedTeachers
{
    /// <summary>The variable with the folder of the cache, instead of one beside the run folder.</summary>
    public const string CacheVariable = "MIEN_TEACHER_CACHE";

    /// <summary>The folder of the cache for a run.</summary>
    public static string CacheOf(RunFolder run) =>
        Environment.GetEnvironmentVariable(CacheVariable) is { Length: > 0 } given
            ? given
            : Path.Combine(Path.GetDirectoryName(run.Path) ?? run.Path, ".teachers");

    /// <summary>Opens the teachers; with copies, their answers are read from the cache or computed first.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="voting">Whether the network has a head for the FER+ votes.</param>
    /// <param name="data">The data; only the images that are trained on are used.</param>
    /// <param name="cache">The folder of the cache.</param>
    /// <param name="console">Shows the progress.</param>
    /// <param name="quiet">Whether it is not shown.</param>
    /// <param name="cancellationToken">Cancels the work; answers so far are kept.</param>
    /// <returns>The teachers; <c>null</c> if the recipe has none that see the augmented images.</returns>
    /// <exception cref="MienException">A model cannot be loaded or run, or the cache cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Opened? Open(
        TrainingRecipe recipe,
        bool voting,
        FaceDataset data,
        string cache,
        CommandConsole console,
        bool quiet,
        CancellationToken cancellationToken
    )
    {
        if (
            recipe.TeacherShare == 0
            || recipe.TeacherInput != TeacherInputKind.Augmented
            || recipe.Teacher is not { } teacher
        )
        {
            return null;
        }

        FaceDataset train = Folds.Trained(recipe, data);
        var networks = new List<ITeacherNetwork>();
        try
        {
            foreach (string name in Teachers.NamesOf(teacher))
            {
                networks.Add(OnnxTeacher.Open(name, recipe.Threads));
            }

            string model = string.Join(" and ", networks.Select(Text));
            string voters = string.Join(" and ", networks.Where(n => n.HasVotes).Select(Text));
            IAugmentedTeacher opened =
                recipe.TeacherCopies == 0
                    ? new LiveTeacher([.. networks], recipe, train)
                    : Cached(networks, recipe, train, new TeacherCache(cache), console, quiet, cancellationToken);
            if (opened.IsCached)
            {
                networks.ForEach(n => n.Dispose());
            }

            return new Opened(model, voting && voters.Length > 0 ? voters : null, opened);
        }
        catch
        {
            networks.ForEach(n => n.Dispose());
            throw;
        }
    }

    private static string Text(ITeacherNetwork network) => $"{network.Name} (SHA-256 {network.Hash[..16]}…)";

    private static CachedTeacher Cached(
        List<ITeacherNetwork> networks,
        TrainingRecipe recipe,
        FaceDataset train,
        TeacherCache cache,
        CommandConsole console,
        bool quiet,
        CancellationToken cancellationToken
    )
    {
        // Epochs beyond the last one need no copy.
        int copies = Math.Min(recipe.TeacherCopies, recipe.Epochs),
            views = recipe.PlainEpochs > 0 ? 2 : 0;
        using WorkProgress bar = WorkProgress.Start(
            $"Distillation targets ({string.Join(", ", networks.Select(n => n.Name))})",
            (long)networks.Count * (copies + views) * train.Count,
            new WorkProgressOptions
            {
                Console = console,
                Quiet = quiet,
                Unit = "images",
                PlainInterval = TimeSpan.FromMinutes(1),
            }
        );
        long before = 0;
        return new CachedTeacher(
            [.. Enumerable.Range(0, copies).Select(c => Mean(c, plain: false))],
            [.. Enumerable.Range(0, views).Select(c => Mean(c, plain: true))],
            recipe,
            train
        );

        TeacherAnswers Mean(int copy, bool plain)
        {
            var mean = new TeacherMean(train.Count);
            foreach (ITeacherNetwork network in networks)
            {
                TeacherAnswers answers = cache.Get(
                    network,
                    recipe,
                    train,
                    copy,
                    plain,
                    done => bar.Report(before + done),
                    note => bar.WriteLine("note: " + note),
                    cancellationToken
                );
                mean.Add(answers.Labels, answers.Votes);
                before += train.Count;
            }

            return mean.Result();
        }
    }

    /// <summary>The teachers of a training.</summary>
    /// <param name="Model">Name and beginning of the file's SHA-256, of each.</param>
    /// <param name="VoteModel">The same of those whose head for the FER+ votes is used; <c>null</c> if none.</param>
    /// <param name="Teacher">Answers for batches.</param>
    internal sealed record Opened(string Model, string? VoteModel, IAugmentedTeacher Teacher);
}
