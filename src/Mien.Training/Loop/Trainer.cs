using System.Diagnostics;
using System.Globalization;
using Mien.Data;
using Mien.Networks;
using TorchSharp;
using TorchSharp.Modules;
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

    // The number of logits, and the column at which the head for FER2013's labels begins.
    private readonly int outputs;
    private readonly int labelColumn;
    private readonly LearningRateSchedule schedule;
    private readonly NetworkModule module;
    private readonly NetworkModule? average;
    private readonly OptimizerHelper optimizer;
    private readonly int batches;
    private readonly Stopwatch session = new();

    private TrainingState state = new();
    private double secondsBefore;
    private double speed;

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
        train = data.Only(DatasetSplit.Training);
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
        outputs = graph.Outputs;
        labelColumn = Expressions.Count * Math.Max(0, graph.Heads.ToList().IndexOf(LabelSets.Fer2013));
        (InputScale, InputOffset) = PixelInput.Of(recipe.Scaling, train);
        HeadTargets targets = TargetsOf(recipe);
        source = new BatchSource(
            recipe,
            graph.Input,
            train,
            new Augmenter(recipe, train, InputScale, InputOffset),
            targets,
            recipe.VoteEpochs > 0 ? TargetsOf(recipe with { VoteShare = 0 }) : targets,
            outputs
        );
        validation = new ValidationScore(recipe, validationImages, InputScale, InputOffset, graph.Heads, shares);
        schedule = new LearningRateSchedule(recipe, batches);
        module = new NetworkModule(graph, (long)SeededRandom.For(recipe.Seed, RandomPurpose.Weights, 0).Next())
        {
            Precision = recipe.Precision,
            DropoutSeed = recipe.Seed,
        };
        if (recipe.Ema > 0)
        {
            average = new NetworkModule(graph, 0) { Precision = recipe.Precision };
            average.Load(module.ToWeights());
            average.eval();
        }

        optimizer = OptimizerFactory.Create(recipe, module);
        try
        {
            if (File.Exists(folder.Last))
            {
                state = Checkpoint.LoadTraining(folder.Last, module, average, optimizer);
            }
            else if (File.Exists(folder.Initial))
            {
                NetworkWeights initial = HeadWeights.Repeat(CheckpointReader.Read(folder.Initial).Weights, graph);
                module.Load(initial);
                average?.Load(initial);
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
                                ? Targets.OfVotes(used, train, voteTeacher)
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

                Step(progress);
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
        optimizer.Dispose();
        average?.Dispose();
        module.Dispose();
    }

    private int LastEpoch => StopAfterEpoch > 0 ? Math.Min(StopAfterEpoch, recipe.Epochs) : recipe.Epochs;

    private bool StoppedEarly() =>
        recipe.EarlyStopping > 0
        && state.BestEpoch > 0
        && state.History.Count - state.BestEpoch >= recipe.EarlyStopping;
}
