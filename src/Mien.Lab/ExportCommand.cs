using System.CommandLine;
using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Training;
using Mien.Training.Running;

namespace Mien.Lab;

/// <summary><c>mien-lab export</c>: a run becomes a model file.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "The run's name, or the path of its folder." };
        var output = new Option<string?>("--output", "-o") { Description = "The model file; by default NAME.onnx in the run's folder.", HelpName = "FILE.onnx" };
        var name = new Option<string?>("--name", "-n") { Description = "The model's name; by default the network's.", HelpName = "NAME" };
        var last = new Option<bool>("--last") { Description = "The last epoch's weights instead of those with the best PublicTest accuracy." };
        var half = new Option<bool>("--half") { Description = "Store weights in half precision: half the size; computation stays in single precision." };
        var uncalibrated = new Option<bool>("--uncalibrated") { Description = "Neither read the data nor fit a temperature: the contract has temperature 1 and no figures." };
        Option<string?> runs = TrainCommand.RunsOption();
        Option<bool> quiet = TrainCommand.QuietOption();
        var data = new DataArguments();
        var command = new Command("export", "Writes a run's best weights as one ONNX file with its contract. The temperature is fitted on PublicTest, through the library.")
        {
            run, output, name, last, half, uncalibrated, runs, quiet,
        };
        data.AddTo(command);
        command.SetAction((result, cancellationToken) =>
        {
            CommandConsole console = CommandConsole.Of(result);
            RunFolder folder = ResumeCommand.Find(result.GetValue(run)!, result.GetValue(runs));
            RunInfo info = RunInfo.FromJson(File.ReadAllText(folder.Run));
            TrainingRecipe recipe = RecipeFile.Load(folder.Recipe);
            string checkpoint = result.GetValue(last) ? folder.Last : folder.Best;
            if (!File.Exists(checkpoint))
            {
                throw new UsageException($"The run '{Path.GetFileName(folder.Path)}' has no {Path.GetFileName(checkpoint)} yet: no epoch at the network's own input size has ended. Go on with 'mien-lab resume', or give --last.");
            }

            string model = result.GetValue(name) ?? CheckpointReader.Read(checkpoint).Network.Name;
            string file = result.GetValue(output) ?? Path.Combine(folder.Path, model + ".onnx");
            FaceDataset? images = null;
            if (!result.GetValue(uncalibrated))
            {
                DataSource source = result.GetValue(data.Data) is null ? info.Source with { Votes = null } : data.Source(result);
                images = source.Read(console, cancellationToken);
            }

            var request = new ExportRequest(checkpoint, recipe, model, info.TrainingData, file, result.GetValue(half));
            using WorkProgress bar = WorkProgress.Start("Calibrating", 0, new WorkProgressOptions { Console = console, Quiet = result.GetValue(quiet) || images is null, Unit = "images" });
            ModelContract contract = ModelExporter.Export(request, images, (done, all) =>
            {
                bar.Total = all;
                bar.Report(done);
            }, cancellationToken);
            bar.Dispose();
            console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: {new FileInfo(file).Length / 1e6:F1} MB, temperature {contract.Temperature:F3}{(contract.Metrics.TryGetValue("publicTest.accuracy", out double accuracy) ? $", PublicTest {accuracy:P2}" : "")}"));
            return Task.FromResult(ExitCodes.Done);
        });
        return command.WithExamples(
            ("mien-lab export shallow", "the run's best weights as ONNX, into its folder"),
            ("mien-lab export deep --half --output models/deep/deep.onnx", "as the shipped models are made"));
    }
}
