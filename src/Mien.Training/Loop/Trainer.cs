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
    private readonly Augmenter augmenter;
    private readonly HeadTargets targets;
    private readonly HeadTargets targetsWithoutVotes;

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
    /// <exception cref="TrainingException">
    /// The data, the teacher's probabilities or a checkpoint do not match the recipe.
    /// </exception>
    public Trainer(
        TrainingRecipe recipe,
        NetworkGraph graph,
        FaceDataset data,
        RunFolder folder,
        float[]? teacher = null,
        float[]? voteTeacher = null
    )
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(folder);
        this.recipe = recipe;
        Folder = folder;
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
        augmenter = new Augmenter(recipe, train, InputScale, InputOffset);
        targets = TargetsOf(recipe);
        targetsWithoutVotes = recipe.VoteEpochs > 0 ? TargetsOf(recipe with { VoteShare = 0 }) : targets;
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
            int[] order = SeededRandom.For(recipe.Seed, RandomPurpose.Order, epoch).Permutation(train.Count);
            int size = SizeOf(epoch);
            while (state.Step / batches == epoch)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    Save();
                    cancellationToken.ThrowIfCancellationRequested();
                }

                Step(order, epoch, size, progress);
                if (state.Step % batches != 0 && sinceCheckpoint.Elapsed >= CheckpointInterval)
                {
                    Save();
                    sinceCheckpoint.Restart();
                }
            }

            EndEpoch(epoch, size, progress);
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

    private void Step(int[] order, int epoch, int size, Action<TrainingProgress>? progress)
    {
        long started = Stopwatch.GetTimestamp();
        int batch = (int)(state.Step % batches);
        bool plain = epoch >= recipe.Epochs - recipe.PlainEpochs;
        (int height, int width) = size == 0 ? (module.Graph.Input.Height, module.Graph.Input.Width) : (size, size);
        ReadOnlySpan<int> indices = order.AsSpan(batch * recipe.BatchSize, recipe.BatchSize);
        float[] pixels = new float[indices.Length * height * width];
        float[] target = new float[indices.Length * outputs];
        HeadTargets current = epoch < recipe.VoteEpochs ? targets : targetsWithoutVotes;
        for (int i = 0; i < indices.Length; i++)
        {
            augmenter.Write(indices[i], epoch, plain, height, width, pixels.AsSpan(i * height * width, height * width));
            current.CopyTo(indices[i], target.AsSpan(i * outputs, outputs));
        }

        int[] leading = indices.ToArray();
        if (recipe.Mixup > 0 && !plain)
        {
            Mixup.Apply(recipe, state.Step, pixels, target, leading);
        }

        double rate = schedule.At(state.Step, [.. state.History.Select(h => h.ValidationAccuracy)]);
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = rate;
        }

        double loss;
        long correct = 0;
        // The scope frees the tensors of the step, including those that expressions create on the way.
        using (NewDisposeScope())
        {
            module.DropoutStep = state.Step;
            module.train();
            optimizer.zero_grad();
            Tensor logits = module.forward(tensor(pixels, [indices.Length, 1, height, width]));
            Tensor logs = HeadLogits.LogProbabilities(logits, outputs / Expressions.Count);
            Tensor error = (logs * tensor(target, [indices.Length, outputs])).sum() * (-1.0 / indices.Length);
            loss = error.item<float>();

            // Checked before the backward pass, so that the weights are still good.
            if (!double.IsFinite(loss))
            {
                throw NotFinite($"The loss became {loss} in epoch {epoch + 1}, batch {batch + 1} of {batches}", rate);
            }

            error.backward();
            if (recipe.ClipNorm > 0)
            {
                nn.utils.clip_grad_norm_(module.Trained.Values, recipe.ClipNorm);
            }

            optimizer.step();
            UpdateAverage();
            float[] scores = logits.detach().data<float>().ToArray();
            for (int i = 0; i < leading.Length; i++)
            {
                correct +=
                    ValidationScore.IndexOfMax(scores.AsSpan((i * outputs) + labelColumn, Expressions.Count))
                    == train.Labels[leading[i]]
                        ? 1
                        : 0;
            }
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        state = state with
        {
            Step = state.Step + 1,
            LossSum = (batch == 0 ? 0 : state.LossSum) + loss,
            Correct = (batch == 0 ? 0 : state.Correct) + correct,
            EpochSeconds = (batch == 0 ? 0 : state.EpochSeconds) + seconds,
            Seconds = secondsBefore + session.Elapsed.TotalSeconds,
        };
        speed = speed == 0 ? indices.Length / seconds : (0.9 * speed) + (0.1 * indices.Length / seconds);
        progress?.Invoke(Report(epoch, rate, null, false));
    }

    private void UpdateAverage()
    {
        if (average is null)
        {
            return;
        }

        // The average follows quickly at first, as in TensorFlow's ExponentialMovingAverage.
        double decay = Math.Min(recipe.Ema, (1.0 + state.Step) / (10.0 + state.Step));
        using IDisposable quiet = no_grad();
        Dictionary<string, Tensor> kept = average.State.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        foreach ((string name, Tensor value) in module.State)
        {
            kept[name].lerp_(value, 1 - decay);
        }
    }

    private void EndEpoch(int epoch, int size, Action<TrainingProgress>? progress)
    {
        double rate = schedule.At(state.Step - 1, [.. state.History.Select(h => h.ValidationAccuracy)]);
        CheckWeights(rate);
        (double validationLoss, double validationAccuracy, IReadOnlyList<HeadScore>? heads) = validation.Of(
            average ?? module,
            size
        );
        if (!double.IsFinite(validationLoss))
        {
            throw NotFinite($"The validation loss became {validationLoss} in epoch {epoch + 1}", rate);
        }

        int side = size == 0 ? module.Graph.Input.Height : size;
        double images = (double)batches * recipe.BatchSize;
        var record = new EpochRecord(
            epoch + 1,
            side,
            rate,
            state.LossSum / batches,
            state.Correct / images,
            validationLoss,
            validationAccuracy,
            secondsBefore + session.Elapsed.TotalSeconds,
            images / state.EpochSeconds
        )
        {
            Heads = heads,
        };

        // With a smaller input it is another network, so only epochs at the network's own size can be the best.
        bool best =
            side == module.Graph.Input.Height && (state.BestEpoch == 0 || validationAccuracy > state.BestAccuracy);
        state = state with
        {
            History = [.. state.History, record],
            BestAccuracy = best ? validationAccuracy : state.BestAccuracy,
            BestEpoch = best ? epoch + 1 : state.BestEpoch,
            Seconds = record.Seconds,
        };
        if (best)
        {
            Checkpoint.SaveWeights(Folder.Best, average ?? module, state);
        }

        Save();
        Folder.WriteHistory(state.History);
        progress?.Invoke(Report(epoch, rate, record, best));
    }

    private void Save()
    {
        CheckWeights(schedule.At(Math.Max(0, state.Step - 1), [.. state.History.Select(h => h.ValidationAccuracy)]));
        Checkpoint.SaveTraining(Folder.Last, state, module, average, optimizer);
    }

    /// <summary>Checks that the weights are finite, because no checkpoint may contain weights that are not.</summary>
    private void CheckWeights(double rate)
    {
        using IDisposable quiet = no_grad();
        foreach ((string name, Tensor value) in module.State)
        {
            // One value that is not finite makes the sum not finite, and only the sum has to be copied out.
            using Tensor sum = value.sum();
            if (!float.IsFinite(sum.item<float>()))
            {
                throw NotFinite($"The weights '{name}' are no longer finite after step {state.Step}", rate);
            }
        }
    }

    private static TrainingException NotFinite(string what, double rate) =>
        new(
            ErrorKind.Internal,
            "notFinite",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what}. The last good checkpoint is kept. Try a lower "
                    + $"learningRate (now {rate:G3}), a longer warmupEpochs or clipNorm."
            )
        );

    private int LastEpoch => StopAfterEpoch > 0 ? Math.Min(StopAfterEpoch, recipe.Epochs) : recipe.Epochs;

    private bool StoppedEarly() =>
        recipe.EarlyStopping > 0
        && state.BestEpoch > 0
        && state.History.Count - state.BestEpoch >= recipe.EarlyStopping;

    /// <summary>The side of the input in one epoch; 0 is the network's own size.</summary>
    private int SizeOf(int epoch)
    {
        int size = 0;
        for (int i = 0; i < recipe.Sizes.Count && recipe.SizeEpochs[i] <= epoch; i++)
        {
            size = recipe.Sizes[i];
        }

        return size;
    }
}
