using System.Globalization;
using Mien.CommandLine;
using Mien.Data;

namespace Mien.Lab;

/// <summary>
/// Trains one step of one trial for the process that runs the experiment. It stops with a checkpoint when its standard
/// input ends, see <see cref="TrialProcess"/>.
/// </summary>
internal sealed class TrialRun(CommandConsole console)
{
    /// <summary>The experiment file.</summary>
    public required string DefinitionPath { get; init; }

    /// <summary>The experiment's name.</summary>
    public string? Name { get; init; }

    /// <summary>The folder of all runs.</summary>
    public string? Runs { get; init; }

    public int? Threads { get; init; }

    /// <summary>The trial's name.</summary>
    public required string Trial { get; init; }

    /// <summary>The epoch to train up to; 0: the last one.</summary>
    public int UntilEpoch { get; init; }

    public required GivenDevice Device { get; init; }

    /// <summary>The arguments that make <c>mien-lab</c> train one step.</summary>
    public static IEnumerable<string> Arguments(
        string definition,
        ExperimentFolder folder,
        TrialStep step,
        int jobs,
        GivenDevice device
    )
    {
        // Without a number, each process would use all cores.
        int threads = step.Trial.Configuration.Recipe!.Threads;
        threads = threads > 0 ? threads : Math.Max(1, Environment.ProcessorCount / jobs);
        return
        [
            "experiment",
            "run",
            Path.GetFullPath(definition),
            "--name",
            folder.Name,
            "--runs",
            Path.GetDirectoryName(folder.Path)!,
            "--threads",
            threads.ToString(CultureInfo.InvariantCulture),
            "--trial",
            step.Trial.Name,
            "--until-epoch",
            step.UntilEpoch.ToString(CultureInfo.InvariantCulture),
            "--quiet",
            .. device.Arguments,
        ];
    }

    /// <summary>Runs the command. Call it on the main thread, see NativeAllocator.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellationToken)
    {
        (ExperimentDefinition definition, IReadOnlyList<Configuration> configurations) = ExperimentRun.Load(
            DefinitionPath,
            Name,
            Threads
        );
        var folder = new ExperimentFolder(RunFolders.New(definition.Name, Runs).Path);
        ExperimentPlan plan = folder.LoadPlan() with { Configurations = configurations };
        Trial trial =
            plan.Trials.FirstOrDefault(t => t.Name == Trial)
            ?? throw new UsageException($"--trial: there is no trial '{Trial}' in {DefinitionPath}.");
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        CancelAtEndOfInput(stop);
        try
        {
            FaceDataset images = plan.Run!.Source.Read(console, stop.Token);
            var training = new TrialTraining(console, quiet: true, Device, folder, plan, images);
            return training.Train(new TrialStep(trial, UntilEpoch), trial.Name, folder.ProgressOf(trial), stop.Token)
                ? ExitCodes.Done
                : ExitCodes.SomeFailed;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
    }

    private static void CancelAtEndOfInput(CancellationTokenSource stop) =>
        new Thread(() =>
        {
            using Stream input = System.Console.OpenStandardInput();
            while (input.ReadByte() >= 0)
            {
                // Only the end matters.
            }

            stop.Cancel();
        })
        {
            IsBackground = true,
        }.Start();
}
