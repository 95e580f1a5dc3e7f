using System.CommandLine;
using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Training;

namespace Mien.Lab;

/// <summary><c>mien-lab export</c>: a run becomes a model file.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN")
        {
            Description = "The run's name, or the path of its folder.",
        }.RejectUnknownOptions();
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The model file; by default NAME.onnx in the run's folder.",
            HelpName = "FILE.onnx",
        };
        var name = new Option<string?>("--name", "-n")
        {
            Description = "The model's name; by default the network's.",
            HelpName = "NAME",
        };
        var last = new Option<bool>("--last")
        {
            Description = "The newest checkpoint's weights instead of those with the best PublicTest accuracy.",
        };
        var half = new Option<bool>("--half")
        {
            Description = "Store weights in half precision: half the size; computation stays in single precision.",
        };
        var uncalibrated = new Option<bool>("--uncalibrated")
        {
            Description =
                "Neither fit a temperature nor measure: the contract has temperature 1, no threshold and no "
                + "figures. The data is not read (unless the recipe's scaling is 'standard').",
        };
        Option<string?> runs = TrainCommand.RunsOption();
        Option<bool> quiet = TrainCommand.QuietOption();
        var data = new DataArguments();
        var command = new Command(
            "export",
            "Writes a run's best weights as one ONNX file with its contract. The temperature is fitted and the "
                + "threshold of 'uncertain' chosen on PublicTest, through the library."
        )
        {
            run,
            output,
            name,
            last,
            half,
            uncalibrated,
            runs,
            quiet,
        };
        data.AddToRunCommand(command);
        command.SetAction(
            (result, cancellationToken) =>
            {
                CommandConsole console = CommandConsole.Of(result);
                RunFolder folder = RunFolders.Find(result.GetValue(run)!, result.GetValue(runs));
                RunInfo info = RunInfo.Load(folder.Run);
                TrainingRecipe recipe = RecipeFile.Load(folder.Recipe);
                string checkpoint = result.GetValue(last) ? folder.Last : folder.Best;
                if (!File.Exists(checkpoint))
                {
                    throw new UsageException(
                        $"The run '{Path.GetFileName(folder.Path)}' has no {Path.GetFileName(checkpoint)} yet. "
                            + $"Go on with 'mien-lab "
                            + $"resume {RunFolders.NameOf(folder)}'{(result.GetValue(last) ? "" : " until an epoch at the network's own input size has ended, or give --last")}."
                    );
                }

                string model = result.GetValue(name) ?? CheckpointReader.Read(checkpoint).Network.Name;
                string file = OutputFiles.Check(
                    result.GetValue(output) ?? Path.Combine(folder.Path, model + ".onnx"),
                    "--output"
                );
                bool calibrate = !result.GetValue(uncalibrated);
                FaceDataset? images =
                    calibrate || recipe.Scaling == PixelScaling.Standard
                        ? (data.Override(info.Source, result) with { Votes = null }).Read(console, cancellationToken)
                        : null;
                if (calibrate && images!.IndicesOf(DatasetSplit.PublicTest).Length == 0)
                {
                    throw new UsageException(
                        $"{images.Name} has no PublicTest image, on which the temperature is fitted. Give "
                            + $"other --data, or --uncalibrated."
                    );
                }

                int epochs = CheckpointReader
                    .Read(File.Exists(folder.Last) ? folder.Last : checkpoint)
                    .State.History.Count;
                var request = new ExportRequest(
                    checkpoint,
                    Teachers.WithoutFolder(recipe),
                    epochs,
                    model,
                    info.TrainingData(recipe),
                    file,
                    result.GetValue(half),
                    calibrate
                );
                ModelContract contract;
                using (
                    WorkProgress bar = WorkProgress.Start(
                        "Calibrating",
                        0,
                        new WorkProgressOptions
                        {
                            Console = console,
                            Quiet = result.GetValue(quiet) || !calibrate,
                            Unit = "images",
                        }
                    )
                )
                {
                    contract = ModelExporter.Export(
                        request,
                        images,
                        (done, all) =>
                        {
                            bar.Total = all;
                            bar.Report(done);
                        },
                        cancellationToken
                    );
                }

                console.Out.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{file}: {Size(new FileInfo(file).Length)}, "
                            + $"temperature {contract.Temperature:F3}{(contract.UncertainBelow is { } below ? $", uncertain below {below:F2}" : "")}{(contract.Metrics.TryGetValue("publicTest.accuracy", out double accuracy) ? $", PublicTest {accuracy:P2}" : "")}"
                    )
                );
                return Task.FromResult(ExitCodes.Done);
            }
        );
        return command.WithExamples(
            ("mien-lab export shallow", "the run's best weights as ONNX, into its folder"),
            ("mien-lab export deep --half --output models/deep/deep.onnx", "as the shipped models are made")
        );
    }

    private static string Size(long bytes) =>
        bytes < 1_000_000
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:F1} kB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB");
}
