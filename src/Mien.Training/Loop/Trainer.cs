using System.Diagnostics;
using Mien.Data;
using Mien.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>
/// Trains one network with one recipe and writes checkpoints from which it resumes. After an interruption at any moment
/// it ends, on one thread, with bit-identical weights as without one: everything random is a function of the seed and
/// the step, so there is no generator state to lose. Not thread-safe; owns its tensors, dispose of it.
/// </summary>
internal sealed partial class Trainer : IDisposable
{
    private readonly TrainingRecipe recipe;
    private readonly FaceDataset train;
    private readonly ValidationScore validation;
    private readonly BatchSource source;
    private readonly LearningRateSchedule schedule;
    private readonly TrainingStep step;
    private readonly int batches;
    private readonly Stopwatch session = new();
    private readonly Stopwatch sinceRead = new();

    private TrainingState state = new();
    private double secondsBefore;
    private double speed;

    // The number of steps of this epoch in the sums of the state, and whether later steps are not yet read.
    private int stepsRead;
    private bool isUnread;

    /// <summary>Prepares a training; nothing is written yet.</summary>
    /// <param name="recipe">A checked recipe. Its network name is ignored; <paramref name="graph"/> is used.</param>
    /// <param name="graph">The network.</param>
    /// <param name="data">
    /// The images. Only <c>Training</c> is trained on and only <c>PublicTest</c> is evaluated.
    /// </param>
    /// <param name="folder">
    /// The run folder. The training resumes from a checkpoint in it; otherwise it starts with <see
    /// cref="RunFolder.Initial"/> if that exists.
    /// </param>
    /// <param name="teacher">
    /// Required if <see cref="TrainingRecipe.TeacherShare"/> is greater than 0: the teacher's probabilities for the
    /// images of <c>Training</c> in their order, count × 7, each row summing to 1. Neither changed nor kept.
    /// </param>
    /// <param name="voteTeacher">
    /// The same from the teacher's head for the FER+ votes, for a network with such a head; <c>null</c> if the teacher
    /// has none.
    /// </param>
    /// <param name="augmentedTeacher">
    /// Required instead if the teacher sees the augmented images (<see cref="TrainingRecipe.TeacherInput"/>). Not
    /// disposed of.
    /// </param>
    /// <param name="device">
    /// Where the training computes; <c>null</c> is the CPU. Checkpoints do not depend on it, so a training resumes on
    /// any device.
    /// </param>
    /// <exception cref="TrainingException">
    /// The data, the teacher's probabilities or a checkpoint do not match the recipe.
    /// </exception>
    public Trainer(
        TrainingRecipe recipe,
        NetworkGraph graph,
        FaceDataset data,
        RunFolder folder,
        float[]? teacher = null,
        float[]? voteTeacher = null,
        IAugmentedTeacher? augmentedTeacher = null,
        Device? device = null
    )
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(folder);
        this.recipe = recipe;
        Folder = folder;
        Device = device ?? CPU;
        ReadInterval = Device.type == DeviceType.CPU ? TimeSpan.Zero : TimeSpan.FromSeconds(2);
        Workers = BatchLoader.DefaultWorkers(Device, recipe.Threads);
        train = Folds.Trained(recipe, data);
        FaceDataset validationImages = data.Only(DatasetSplit.PublicTest);
        batches = train.Count / recipe.BatchSize;
        if (batches == 0 || validationImages.Count == 0)
        {
            throw new TrainingException(
                ErrorKind.BadUsage,
                "tooFewImages",
                $"{data.Name}: found {train.Count} images in Training and {validationImages.Count} in PublicTest, "
                    + $"expected at least one batch ({recipe.BatchSize}) and one image."
            );
        }

        if (graph.Classes != Expressions.Count || graph.Input.Channels != 1)
        {
            throw new TrainingException(
                ErrorKind.BadUsage,
                "badNetwork",
                $"Network '{graph.Description.Name}' takes {graph.Input.Channels} channels and "
                    + $"outputs {graph.Classes} classes, expected 1 and {Expressions.Count}."
            );
        }

        RecipeRules.CheckSizes(recipe, graph, "the recipe");
        double[] shares = RecipeRules.HeadShares(recipe, graph, "the recipe");
        (InputScale, InputOffset) = PixelInput.Of(recipe.Scaling, train);
        var batchTargets = BatchTargets.Of(recipe, graph.Heads, augmentedTeacher);
        HeadTargets targets = TargetsOf(recipe);
        source = new BatchSource(
            recipe,
            graph.Input,
            train,
            new Augmenter(recipe, train, InputScale, InputOffset),
            targets,
            recipe.VoteEpochs > 0 ? TargetsOf(recipe with { VoteShare = 0 }) : targets,
            batchTargets
        );
        validation = new ValidationScore(recipe, validationImages, InputScale, InputOffset, graph.Heads, shares);
        schedule = new LearningRateSchedule(recipe, batches);
        step = new TrainingStep(recipe, graph, Device);
        try
        {
            if (File.Exists(folder.Last))
            {
                state = Checkpoint.LoadTraining(folder.Last, step, recipe);
                if (state.Step / batches < recipe.Epochs - recipe.SwaEpochs)
                {
                    state = state with { AveragedEpochs = 0 }; // the number of epochs was raised meanwhile
                }
            }
            else if (File.Exists(folder.Initial))
            {
                step.Network.Load(HeadWeights.Repeat(CheckpointReader.Read(folder.Initial).Weights, graph));
                step.Average?.CopyFrom(step.Network);
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        HeadTargets TargetsOf(TrainingRecipe used) =>
            new(
                graph.Heads.Count == 0
                    ? [new Targets(used, train, teacher)]
                    :
                    [
                        .. graph.Heads.Select(h =>
                            h == LabelSets.FerPlus
                                ? Targets.OfVotes(used, train, voteTeacher, batchTargets.TeachesVotes)
                                : new Targets(used, train, teacher)
                        ),
                    ],
                shares
            );
    }

    /// <summary>The run folder.</summary>
    public RunFolder Folder { get; }

    /// <summary>Where the training computes.</summary>
    public Device Device { get; }

    /// <summary>The current state of the training.</summary>
    public TrainingState State => state;

    /// <summary>The scale in input = pixel × scale + offset.</summary>
    public float InputScale { get; }

    /// <summary>The offset in input = pixel × scale + offset.</summary>
    public float InputOffset { get; }

    /// <summary>
    /// The time between two checkpoints within an epoch; default 3 minutes. One is always written after an epoch.
    /// </summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>
    /// The time between two readings of the loss within an epoch; 0 reads it in every step, before the backward pass.
    /// Reading waits for the device, so the default is 0 only on a CPU and otherwise 2 seconds. A loss that is not
    /// finite is detected when it is read, which always happens before a checkpoint is written.
    /// </summary>
    public TimeSpan ReadInterval { get; init; }

    /// <summary>
    /// The number of background workers that prepare batches; 0 prepares them on the training thread. The default
    /// depends on the device and the recipe's threads; the weights do not depend on it.
    /// </summary>
    public int Workers { get; init; }

    /// <summary>
    /// The epoch after which <see cref="Run"/> returns before the recipe's last, with a checkpoint from which another
    /// trainer resumes without any difference; 0 (default) trains to the recipe's last epoch. The schedule is always
    /// that of the whole recipe.
    /// </summary>
    public int StopAfterEpoch { get; init; }

    /// <summary>Trains to the end (or to <see cref="StopAfterEpoch"/>), starting from the checkpoint.</summary>
    /// <param name="progress">Called after every batch and epoch, on this thread.</param>
    /// <param name="cancellationToken">Cancels after the current batch, with a checkpoint.</param>
    /// <returns>The state at the end.</returns>
    /// <exception cref="TrainingException">The loss is no longer finite; the last good checkpoint is kept.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the checkpoint is written.</exception>
    public TrainingState Run(Action<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using IDisposable alone = Folder.Lock();
        session.Restart();
        secondsBefore = state.Seconds;
        step.Totals.Set(state.LossSum, state.Correct);
        stepsRead = BatchOfEpoch;
        isUnread = false;
        sinceRead.Restart();
        using BatchLoader loader = Load(state.Step, (long)LastEpoch * batches);
        if (state.History.Count > 0)
        {
            // A run that was interrupted right after the checkpoint has not written its last row.
            Folder.WriteHistory(state.History);
        }

        var sinceCheckpoint = Stopwatch.StartNew();
        while (state.Step < (long)LastEpoch * batches && !StoppedEarly())
        {
            int epoch = (int)(state.Step / batches);
            while (state.Step / batches == epoch)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    Save();
                    cancellationToken.ThrowIfCancellationRequested();
                }

                Step(loader, progress);
                if (state.Step % batches != 0 && sinceCheckpoint.Elapsed >= CheckpointInterval)
                {
                    Save();
                    sinceCheckpoint.Restart();
                }
            }

            EndEpoch(epoch, progress);
            sinceCheckpoint.Restart();
        }

        return state;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        step.Dispose();
    }

    private int LastEpoch => StopAfterEpoch > 0 ? Math.Min(StopAfterEpoch, recipe.Epochs) : recipe.Epochs;

    /// <summary>The number of finished steps of the current epoch.</summary>
    private int BatchOfEpoch => (int)(state.Step % batches);

    private BatchLoader Load(long first, long end) => new(source, train.Labels, Device, Workers, first, end);

    private double RateOf(long at) => schedule.At(at, [.. state.History.Select(h => h.ValidationAccuracy)]);

    private bool StoppedEarly() =>
        recipe.EarlyStopping > 0
        && state.BestEpoch > 0
        && state.History.Count - state.BestEpoch >= recipe.EarlyStopping;
}
