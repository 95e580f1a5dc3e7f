using System.CommandLine;
using System.Text;
using Mien.CommandLine;
using Mien.Data;
using Mien.Networks;
using Mien.Training;
using Mien.Training.Running;

namespace Mien.Lab;

/// <summary><c>mien-lab train</c>: starts a training.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var recipe = new Argument<string?>("RECIPE") { Description = "A recipe file (JSON with comments). Without one the defaults count.", Arity = ArgumentArity.ZeroOrOne };
        var name = new Option<string?>("--name", "-n") { Description = "The run's name; by default the recipe's or the network's.", HelpName = "NAME" };
        var runs = RunsOption();
        var set = new Option<string[]>("--set") { Description = "Overrides a key of the recipe, such as --set epochs=10; may stand often.", HelpName = "KEY=VALUE" };
        var overwrite = new Option<bool>("--overwrite") { Description = "Start anew although a run of that name is there." };
        Option<bool> quiet = QuietOption();
        var data = new DataArguments();
        var command = new Command("train", "Trains a network by a recipe. The run's folder keeps the recipe, the history, curves and checkpoints; Ctrl-C ends after the batch, 'mien-lab resume' goes on.")
        {
            recipe, name, runs, set, overwrite, quiet,
        };
        data.AddTo(command);
        var keys = RecipeFile.Keys.Select(key => (Key: key, Option: new Option<string?>("--" + Kebab(key)) { Description = $"Recipe key '{key}'.", HelpName = "VALUE" })).ToList();
        keys.ForEach(k => command.Options.Add(k.Option));

        // On the main thread, without a task of its own: see NativeAllocator.
        command.SetAction((result, cancellationToken) =>
        {
            CommandConsole console = CommandConsole.Of(result);
            string? file = result.GetValue(recipe);
            TrainingRecipe used = RecipeFile.Load(file, [
                .. keys.Where(k => result.GetValue(k.Option) is not null).Select(k => $"{k.Key}={result.GetValue(k.Option)}"),
                .. result.GetValue(set) ?? [],
            ]);
            NetworkDescription network = RegisteredNetworks.Resolve(used.Network);
            NetworkGraph.Build(network);
            DataSource source = data.Source(result);
            string folderName = result.GetValue(name) ?? Path.GetFileNameWithoutExtension(file) ?? network.Name;
            var folder = new RunFolder(Path.Combine(result.GetValue(runs) ?? RunFolder.DefaultRoot, folderName));
            if (File.Exists(folder.Recipe) && !result.GetValue(overwrite))
            {
                throw new UsageException($"A run '{folderName}' is there already ({folder.Path}). Go on with 'mien-lab resume {folderName}', or give another --name, or --overwrite.");
            }

            FaceDataset images = source.Read(console, cancellationToken);
            using (folder.Lock())
            {
                File.Delete(folder.Last);
                File.Delete(folder.Best);
                File.Delete(folder.History);
                RunFolder.WriteText(folder.Network, network.ToJson());
                RunFolder.WriteText(folder.Run, new RunInfo
                {
                    Data = source.Path,
                    Votes = source.Votes,
                    SkipBadRows = source.SkipBadRows,
                    TrainingImages = images.IndicesOf(DatasetSplit.Training).Length,
                    DevImages = images.IndicesOf(DatasetSplit.PublicTest).Length,
                }.ToJson());
                RunFolder.WriteText(folder.Recipe, RecipeFile.ToJson(used));
            }

            TrainingSession.Run(folder, used, images, console, result.GetValue(quiet), cancellationToken);
            return Task.FromResult(ExitCodes.Done);
        });
        return command.WithExamples(
            ("mien-lab train recipes/deep.json --data fer2013.csv.gz --votes fer2013new.csv", "as the shipped network was trained"),
            ("mien-lab train --network shallow --epochs 5 --data fer2013.csv", "a first try with the defaults"),
            ("mien-lab train my.json --data faces/ --name try2 --learning-rate 0.02", "a recipe with one key changed"));
    }

    internal static Option<string?> RunsOption() => new("--runs") { Description = "Where run folders lie; by default $MIEN_RUNS, or mien/runs in the user's data folder.", HelpName = "DIR" };

    internal static Option<bool> QuietOption() => new("--quiet", "-q") { Description = "No progress, only the result." };

    private static string Kebab(string key)
    {
        var text = new StringBuilder();
        foreach (char c in key)
        {
            text.Append(char.IsUpper(c) ? "-" : "").Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
