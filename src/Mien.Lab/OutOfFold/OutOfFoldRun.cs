using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>Predicts the images that runs left out, through the library, and writes them as one file.</summary>
internal sealed class OutOfFoldRun(CommandConsole console)
{
    /// <summary>The runs' names or folders.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>The folder of all runs; <c>null</c> uses the default folder.</summary>
    public string? Runs { get; init; }

    /// <summary>The file to write.</summary>
    public required string Output { get; init; }

    /// <summary>Whether the last checkpoints are used instead of the best ones.</summary>
    public bool Last { get; init; }

    public bool Quiet { get; init; }

    public required GivenData Data { get; init; }

    /// <summary>Runs the command. An existing file is replaced only by a complete new one.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellationToken)
    {
        string file = OutputPath.Prepare(Output, "--output");
        Fold[] folds = [.. Names.Select(Find)];
        Check(folds);
        using OutputLock alone = OutputLock.Take([file]);
        FaceDataset images = (Data.Override(folds[0].Info.Source) with { Votes = null }).Read(
            console,
            cancellationToken
        );
        FaceDataset train = images.Only(DatasetSplit.Training);
        int[] foldOf = Folds.Of(train, folds[0].Recipe.Folds, folds[0].Recipe.Seed);
        int[][] leftOut =
        [
            .. folds.Select(f => Enumerable.Range(0, foldOf.Length).Where(i => foldOf[i] == f.Recipe.Fold).ToArray()),
        ];
        float[] probabilities = new float[train.Count * Expressions.Count];
        var table = new ConsoleTable().Column("run").Number("fold").Number("images").Number("accuracy");
        table.Column("95 % interval", wrap: false);
        int correct = 0;
        using (
            WorkProgress bar = WorkProgress.Start(
                "Predicting",
                leftOut.Sum(l => l.Length),
                new WorkProgressOptions
                {
                    Console = console,
                    Quiet = Quiet,
                    Unit = "images",
                }
            )
        )
        {
            int before = 0;
            for (int f = 0; f < folds.Length; f++)
            {
                Predictions predicted = Predict(
                    folds[f],
                    images,
                    train.Select(leftOut[f]),
                    done => bar.Report(before + done),
                    cancellationToken
                );
                for (int i = 0; i < leftOut[f].Length; i++)
                {
                    predicted.Row(i).CopyTo(probabilities.AsSpan(leftOut[f][i] * Expressions.Count));
                }

                int right = Enumerable
                    .Range(0, predicted.Count)
                    .Count(i => predicted.Predicted(i) == predicted.Label(i));
                Row(folds[f].Name, folds[f].Recipe.Fold.ToString(CultureInfo.InvariantCulture), right, predicted.Count);
                correct += right;
                before += predicted.Count;
            }
        }

        int[] all = [.. leftOut.SelectMany(l => l).Order()];
        FaceDataset chosen = train.Select(all);
        PredictionFile.Write(
            file,
            new Predictions(
                "out of fold",
                [.. all.SelectMany(i => probabilities[(i * Expressions.Count)..((i + 1) * Expressions.Count)])],
                chosen.Labels,
                [.. Enumerable.Range(0, chosen.Count).Select(chosen.Source)]
            )
        );
        Row("all", "", correct, all.Length);
        table.WriteTo(console);
        console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{file}: predictions of {all.Length:N0} of {train.Count:N0} training images"
            )
        );
        return ExitCodes.Done;

        void Row(string name, string fold, int right, int count) =>
            table.Row(
                name,
                fold,
                Html.Count(count),
                Html.Percent((double)right / Math.Max(1, count)),
                Html.Percent(Interval.Wilson(right, count))
            );
    }

    private Fold Find(string name)
    {
        RunFolder folder = RunFolders.Find(name, Runs);
        TrainingRecipe recipe = RecipeFile.Load(folder.Recipe);
        string checkpoint = Last ? folder.Last : folder.Best;
        string run = Path.GetFileName(folder.Path);
        return recipe.Folds == 0
                ? throw new UsageException(
                    $"The run '{run}' was trained on all images of Training ('folds' is 0), expected a run with folds."
                )
            : !File.Exists(checkpoint)
                ? throw new UsageException(
                    $"The run '{run}' has no {Path.GetFileName(checkpoint)} yet. Resume it with "
                        + $"'mien-lab resume {RunFolders.NameOf(folder)}'{(Last ? "" : ", or give --last")}."
                )
            : new Fold(run, recipe, RunInfo.Load(folder.Run), checkpoint);
    }

    private static void Check(Fold[] folds)
    {
        Fold first = folds[0];
        foreach (Fold fold in folds.Skip(1))
        {
            if (
                (fold.Recipe.Folds, fold.Recipe.Seed) != (first.Recipe.Folds, first.Recipe.Seed)
                || fold.Info.TrainingImages != first.Info.TrainingImages
            )
            {
                throw new UsageException(
                    $"The runs '{first.Name}' and '{fold.Name}' divide Training in different ways: {Text(first)} and "
                        + $"{Text(fold)}. Expected the same images, 'folds' and 'seed'."
                );
            }
        }

        if (folds.GroupBy(f => f.Recipe.Fold).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new UsageException(
                $"The runs {string.Join(" and ", twice.Select(f => $"'{f.Name}'"))} leave out the same fold, "
                    + $"{twice.Key}. Give one run for each fold."
            );
        }

        static string Text(Fold fold) =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{fold.Recipe.Folds} folds of {fold.Info.TrainingImages:N0} images with seed {fold.Recipe.Seed}"
            );
    }

    private static Predictions Predict(
        Fold fold,
        FaceDataset images,
        FaceDataset leftOut,
        Action<int> progress,
        CancellationToken cancellationToken
    )
    {
        (NetworkDescription network, NetworkWeights weights, _) = CheckpointReader.Read(fold.Checkpoint);
        NetworkGraph graph = NetworkGraph.Build(network);
        (float scale, float offset) = PixelInput.Of(fold.Recipe.Scaling, Folds.Trained(fold.Recipe, images));
        var contract = new ModelContract
        {
            Name = fold.Name,
            Width = graph.Input.Width,
            Height = graph.Input.Height,
            Scale = scale,
            Offset = offset,
            Labels = Expressions.Names,
            Heads =
                graph.Heads.Count == 0
                    ? null
                    : [.. graph.Heads.Select((h, i) => new ModelHead { Name = h, Offset = i * Expressions.Count })],
            CropNormalisation = CropNormaliser.Of(fold.Recipe.CropNormalisation),
        };
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");
        try
        {
            ModelFile.Write(file, half: false, graph, weights, contract);
            using ExpressionClassifier classifier = ExpressionClassifier.Load(file);
            return new ModelEvaluator(
                classifier,
                new ModelEvaluationOptions { Head = contract.Heads is null ? null : LabelSets.Fer2013 }
            ).Predict(leftOut, new ImmediateProgress<int>(progress), cancellationToken);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A run that left out a fold.</summary>
    private sealed record Fold(string Name, TrainingRecipe Recipe, RunInfo Info, string Checkpoint);
}
