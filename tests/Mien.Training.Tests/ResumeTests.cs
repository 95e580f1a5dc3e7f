using System.Text.Json;
using Mien.Data;
using Mien.Networks;

namespace Mien.Training.Tests;

/// <summary>
/// An interrupted training ends like an uninterrupted one: weights, moving average, optimizer and history are
/// bit-identical.
/// </summary>
public class ResumeTests
{
    private const int Batches = 6;
    private static readonly NetworkGraph Graph = Made.Graph();
    private static readonly FaceDataset Data = Made.Data((Batches * 8) + 3, 14, votes: true);

    [Theory]
    [InlineData(OptimizerKind.Sgd, ScheduleKind.Cosine, 0, 0)]
    [InlineData(OptimizerKind.Sgd, ScheduleKind.Cosine, 0.05, 2)]
    [InlineData(OptimizerKind.Adam, ScheduleKind.Plateau, 0, 0)]
    [InlineData(OptimizerKind.Adam, ScheduleKind.Plateau, 0, 3)]
    [InlineData(OptimizerKind.AdamW, ScheduleKind.OneCycle, 0.1, 0)]
    public void A_cancelled_training_resumes_in_the_middle_of_an_epoch(
        object optimizerValue,
        object scheduleValue,
        double sam,
        int swaEpochs
    )
    {
        var optimizer = (OptimizerKind)optimizerValue;
        var schedule = (ScheduleKind)scheduleValue;
        using var folder = new TempFolder();
        TrainingRecipe recipe = Everything(optimizer, schedule, sam, swaEpochs);
        RunFolder unbroken = Train(recipe, folder.Run("unbroken"));

        foreach (int stop in (int[])[1, Batches + 2, (2 * Batches) + 5])
        {
            RunFolder broken = folder.Run($"broken {stop}");
            using (var trainer = new Trainer(recipe, Graph, Data, broken))
            {
                using var cancellation = new CancellationTokenSource();
                Assert.Throws<OperationCanceledException>(() =>
                    trainer.Run(_ => Stop(trainer, cancellation, stop), cancellation.Token)
                );
                Assert.Equal(stop, trainer.State.Step);
            }

            Assert.Equal(stop, StateOf(broken.Last).Step);
            AssertSame(unbroken, Train(recipe, broken));
        }
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd, ScheduleKind.Trapezoid, 0, 0)]
    [InlineData(OptimizerKind.Sgd, ScheduleKind.Trapezoid, 0.05, 3)]
    [InlineData(OptimizerKind.Adam, ScheduleKind.Cosine, 0.1, 2)]
    [InlineData(OptimizerKind.AdamW, ScheduleKind.Plateau, 0, 0)]
    public void A_killed_training_resumes_from_the_files_on_disk(
        object optimizerValue,
        object scheduleValue,
        double sam,
        int swaEpochs
    )
    {
        var optimizer = (OptimizerKind)optimizerValue;
        var schedule = (ScheduleKind)scheduleValue;
        using var folder = new TempFolder();
        TrainingRecipe recipe = Everything(optimizer, schedule, sam, swaEpochs);
        var copies = new Dictionary<long, RunFolder>();
        RunFolder unbroken = folder.Run("unbroken");
        using (var trainer = new Trainer(recipe, Graph, Data, unbroken) { CheckpointInterval = TimeSpan.Zero })
        {
            trainer.Run(_ =>
            {
                // Before the first checkpoint, in the middle, right before and after the end of an epoch, and right
                // before the end of the training.
                if (
                    trainer.State.Step is 1 or 3 or Batches or Batches + 1 or (2 * Batches) + 4 or 3 * Batches
                    && !copies.ContainsKey(trainer.State.Step)
                )
                {
                    copies[trainer.State.Step] = Copy(unbroken, folder.Run($"killed {trainer.State.Step}"));
                }
            });
        }

        Assert.Equal(6, copies.Count);
        Assert.False(File.Exists(copies[1].Last));
        Assert.Equal((3 * Batches) - 1, StateOf(copies[3 * Batches].Last).Step);
        foreach ((long step, RunFolder killed) in copies)
        {
            if (step > 1)
            {
                Assert.Equal(step - 1, StateOf(killed.Last).Step);
            }

            // The training was killed while it wrote the next checkpoint.
            File.WriteAllBytes(killed.Last + ".part", [8, 0, 0, 0, 0, 0, 0, 0, (byte)'{']);
            AssertSame(unbroken, Train(recipe, killed));
            Assert.False(File.Exists(killed.Last + ".part"));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_training_with_folds_framing_errors_and_a_teacher_of_augmented_images_resumes(int copies)
    {
        using var folder = new TempFolder();
        TrainingRecipe recipe = Everything(OptimizerKind.Sgd, ScheduleKind.Cosine) with
        {
            Folds = 3,
            Fold = 2,
            Framing = 0.8,
            Teacher = "any",
            TeacherShare = 0.5,
            TeacherInput = TeacherInputKind.Augmented,
            TeacherCopies = copies,
        };
        FaceDataset train = Folds.Trained(recipe, Data);
        RunFolder unbroken = Run(folder.Run("unbroken"), 0);
        foreach (int stop in (int[])[1, 6, 10])
        {
            RunFolder broken = folder.Run($"broken {stop}");
            Assert.Throws<OperationCanceledException>(() => Run(broken, stop));
            Assert.Equal(stop, StateOf(broken.Last).Step);
            AssertSame(unbroken, Run(broken, 0));
        }

        RunFolder Run(RunFolder run, int stop)
        {
            using var teacher = new MadeTeacher(recipe, train, cached: copies > 0, votes: false);
            using var trainer = new Trainer(recipe, Graph, Data, run, augmentedTeacher: teacher);
            using var cancellation = new CancellationTokenSource();
            trainer.Run(_ => Stop(trainer, cancellation, stop), cancellation.Token);
            return run;
        }
    }

    [Fact]
    public void A_training_that_stops_after_an_epoch_keeps_its_schedule_and_resumes_identically()
    {
        using var folder = new TempFolder();
        TrainingRecipe recipe = Everything(OptimizerKind.Sgd, ScheduleKind.Cosine);
        RunFolder unbroken = Train(recipe, folder.Run("unbroken")),
            broken = folder.Run("broken");
        using (var trainer = new Trainer(recipe, Graph, Data, broken) { StopAfterEpoch = 1 })
        {
            Assert.Equal(Batches, trainer.Run().Step);
            Assert.Equal(Batches, trainer.Run().Step);
        }

        Assert.Equal(Batches, StateOf(broken.Last).Step);
        AssertSame(unbroken, Train(recipe, broken));
    }

    [Fact]
    public void The_number_of_checkpoints_changes_nothing()
    {
        using var folder = new TempFolder();
        TrainingRecipe recipe = Everything(OptimizerKind.Sgd, ScheduleKind.Step);
        RunFolder often = folder.Run("often");
        using (var trainer = new Trainer(recipe, Graph, Data, often) { CheckpointInterval = TimeSpan.Zero })
        {
            trainer.Run();
        }

        AssertSame(Train(recipe, folder.Run("seldom")), often);
    }

    [Fact]
    public void Another_seed_gives_other_weights()
    {
        using var folder = new TempFolder();
        TrainingRecipe recipe = Everything(OptimizerKind.Sgd, ScheduleKind.Cosine) with { Epochs = 2 };
        byte[] one = Weights(Train(recipe, folder.Run("one")));
        Assert.Equal(one, Weights(Train(recipe, folder.Run("again"))));
        Assert.NotEqual(one, Weights(Train(recipe with { Seed = 2 }, folder.Run("two"))));

        static byte[] Weights(RunFolder run) => SafeTensors.Read(run.Last).Tensors["model.conv1.weight"].Bytes;
    }

    [Fact]
    public void A_history_whose_last_row_was_lost_is_written_again()
    {
        using var folder = new TempFolder();
        TrainingRecipe recipe = Made.Bare with { Epochs = 2 };
        RunFolder run = Train(recipe, folder.Run("run"));
        string whole = File.ReadAllText(run.History);
        Assert.Equal(3, whole.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        File.WriteAllText(run.History, whole[..whole.IndexOf("\n2,", StringComparison.Ordinal)] + "\n");
        Assert.Equal(whole, File.ReadAllText(Train(recipe, run).History));
    }

    [Fact]
    public void Running_a_finished_training_does_nothing()
    {
        using var folder = new TempFolder();
        RunFolder run = Train(Made.Bare, folder.Run("run"));
        byte[] last = File.ReadAllBytes(run.Last);
        using var trainer = new Trainer(Made.Bare, Graph, Data, run);
        trainer.Run(_ => Assert.Fail("It trained."));
        Assert.Equal(last, File.ReadAllBytes(run.Last));
    }

    [Fact]
    public void A_checkpoint_of_another_optimizer_network_or_kind_is_rejected()
    {
        using var folder = new TempFolder();
        RunFolder run = Train(Made.Bare, folder.Run("run"));

        var optimizer = Assert.Throws<TrainingException>(() =>
            new Trainer(Made.Bare with { Optimizer = OptimizerKind.Adam }, Graph, Data, run)
        );
        Assert.Equal("badCheckpoint", optimizer.Code);
        Assert.StartsWith(
            run.Last + ": its optimizer or state does not match the recipe: ",
            optimizer.Message,
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            " Resume with the recipe that the run was started with.",
            optimizer.Message,
            StringComparison.Ordinal
        );

        var network = Assert.Throws<NetworkException>(() => new Trainer(Made.Bare, Made.Graph(Made.Plain), Data, run));
        Assert.Contains("They belong to another network.", network.Message, StringComparison.Ordinal);

        // The best checkpoint has no optimizer state, so a training cannot resume from it.
        File.Copy(run.Best, run.Last, overwrite: true);
        var kind = Assert.Throws<TrainingException>(() => new Trainer(Made.Bare, Graph, Data, run));
        Assert.Equal(
            ("badCheckpoint", run.Last + ": no training state found; expected a run's last.safetensors."),
            (kind.Code, kind.Message)
        );
    }

    private static TrainingRecipe Everything(
        OptimizerKind optimizer,
        ScheduleKind schedule,
        double sam = 0,
        int swaEpochs = 0
    ) =>
        new()
        {
            Network = "test",
            Seed = 11,
            Threads = 1,
            Epochs = 3,
            BatchSize = 8,
            PlainEpochs = 1,
            Optimizer = optimizer,
            LearningRate = optimizer == OptimizerKind.Sgd ? 0.05 : 0.01,
            WeightDecay = 1e-2,
            Schedule = schedule,
            WarmupEpochs = 0.5,
            DecayEpochs = 2,
            StepEpochs = 1,
            StepFactor = 0.5,
            LabelSmoothing = 0.1,
            VoteShare = 0.5,
            ClassWeights = ClassWeighting.SquareRoot,
            Scaling = PixelScaling.Standard,
            Crop = 0.8,
            Brightness = 0.1,
            Contrast = 0.2,
            Erasing = 0.5,
            Mixup = 0.4,
            Ema = swaEpochs > 0 ? 0 : 0.9,
            SwaEpochs = swaEpochs,
            Sam = sam,
            ClipNorm = 1,
        };

    private static RunFolder Train(TrainingRecipe recipe, RunFolder folder)
    {
        using var trainer = new Trainer(recipe, Graph, Data, folder);
        trainer.Run();
        return folder;
    }

    private static void Stop(Trainer trainer, CancellationTokenSource cancellation, int step)
    {
        if (trainer.State.Step == step)
        {
            cancellation.Cancel();
        }
    }

    private static RunFolder Copy(RunFolder from, RunFolder to)
    {
        Directory.CreateDirectory(to.Path);
        foreach (string file in Directory.EnumerateFiles(from.Path).Where(f => Path.GetFileName(f) != "lock"))
        {
            File.Copy(file, Path.Combine(to.Path, Path.GetFileName(file)));
        }

        return to;
    }

    private static TrainingState StateOf(string checkpoint) =>
        JsonSerializer.Deserialize<TrainingState>(SafeTensors.Read(checkpoint).Metadata["state"])!;

    /// <summary>A state without its times.</summary>
    private static string WithoutTimes(TrainingState state) =>
        JsonSerializer.Serialize(
            state with
            {
                Seconds = 0,
                EpochSeconds = 0,
                History = [.. state.History.Select(h => h with { Seconds = 0, ImagesPerSecond = 0 })],
            }
        );

    private static void AssertSame(RunFolder expected, RunFolder actual)
    {
        foreach (
            (string one, string other) in ((string, string)[])
                [(expected.Last, actual.Last), (expected.Best, actual.Best)]
        )
        {
            var first = SafeTensors.Read(one).Tensors;
            var second = SafeTensors.Read(other).Tensors;
            Assert.Equal(first.Keys.Order(), second.Keys.Order());
            Check.All(
                first,
                t =>
                    Assert.True(
                        t.Value.Bytes.AsSpan().SequenceEqual(second[t.Key].Bytes),
                        $"{t.Key} of {other} differs."
                    )
            );
            Assert.Equal(WithoutTimes(StateOf(one)), WithoutTimes(StateOf(other)));
        }

        Assert.Equal(Rows(expected), Rows(actual));

        static IEnumerable<string> Rows(RunFolder run) =>
            File.ReadAllLines(run.History).Select(l => string.Join(',', l.Split(',')[..7]));
    }
}
