using System.Globalization;
using System.Runtime.InteropServices;
using Mien.Data;
using Mien.Networks;

namespace Mien.Training.Tests;

public class TrainerTests
{
    [Theory]
    [InlineData(OptimizerKind.Sgd, 0.1)]
    [InlineData(OptimizerKind.Adam, 0.01)]
    [InlineData(OptimizerKind.AdamW, 0.01)]
    public void A_small_network_memorises_sixteen_random_images(object optimizerValue, double rate)
    {
        var optimizer = (OptimizerKind)optimizerValue;
        using var folder = new TempFolder();
        FaceDataset images = Made.Data(16, 0);
        // The validation split has the same images, so the network must also classify them in evaluation mode.
        FaceDataset data = new(
            "made",
            8,
            8,
            [.. images.Pixels, .. images.Pixels],
            [.. images.Labels, .. images.Labels],
            [.. Enumerable.Repeat(DatasetSplit.Training, 16), .. Enumerable.Repeat(DatasetSplit.PublicTest, 16)]
        );
        TrainingRecipe recipe = Made.Bare with
        {
            Optimizer = optimizer,
            LearningRate = rate,
            Momentum = 0.9,
            Epochs = 40,
            BatchSize = 8,
            Scaling = PixelScaling.Signed,
        };
        using var trainer = new Trainer(recipe, Made.Graph(Made.Plain), data, folder.Run("run"));
        TrainingState state = trainer.Run();
        Assert.Equal(80, state.Step);
        Assert.True(state.History[0].TrainAccuracy < 0.9);
        Assert.Equal(1, state.History[^1].TrainAccuracy);
        Assert.Equal(1, state.History[^1].ValidationAccuracy);
        Assert.True(
            state.History[^1].TrainLoss < 0.1 && state.History[^1].ValidationLoss < 0.1,
            $"The losses are {state.History[^1].TrainLoss} and {state.History[^1].ValidationLoss}."
        );
    }

    [Fact]
    public void A_run_folder_keeps_history_last_and_best_checkpoint()
    {
        using var folder = new TempFolder();
        RunFolder run = folder.Run("run");
        FaceDataset data = Made.Data(24, 14);
        TrainingRecipe recipe = Made.Bare with { Epochs = 4, Ema = 0.5 };
        var progress = new List<TrainingProgress>();
        TrainingState? state = null;
        using (var trainer = new Trainer(recipe, Made.Graph(), data, run))
        {
            Made.WithCommaCulture(() => state = trainer.Run(progress.Add));
            Assert.Same(state, trainer.State);
        }

        Assert.NotNull(state);
        Assert.Equal(4 * (3 + 1), progress.Count);
        Assert.Equal([1, 2, 3, 3], progress.Take(4).Select(p => p.Batch));
        Check.All(progress, p => Assert.Equal((4, 3, 0.05), (p.Epochs, p.Batches, p.LearningRate)));
        Assert.Equal(state.History, progress.Where(p => p.Finished is not null).Select(p => p.Finished));
        Assert.Equal(state.BestEpoch, progress.Last(p => p.IsBest).Finished!.Epoch);
        Assert.Equal(state.History.Max(h => h.ValidationAccuracy), state.BestAccuracy);
        Assert.Equal(state.BestAccuracy, state.History[state.BestEpoch - 1].ValidationAccuracy);

        string[] lines = File.ReadAllLines(run.History);
        Assert.Equal(
            "epoch,size,learning_rate,train_loss,train_accuracy,"
                + "validation_loss,validation_accuracy,seconds,images_per_second",
            lines[0]
        );
        Assert.Equal(4, lines.Length - 1);
        for (int i = 0; i < 4; i++)
        {
            EpochRecord e = state.History[i];
            Assert.StartsWith(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{i + 1},8,0.05,{e.TrainLoss:F5},{e.TrainAccuracy:F5},"
                        + $"{e.ValidationLoss:F5},{e.ValidationAccuracy:F5},"
                ),
                lines[i + 1],
                StringComparison.Ordinal
            );
            Assert.Equal(9, lines[i + 1].Split(',').Length);
        }

        // The best checkpoint has the moving averages; the last one holds both and is read as the averages.
        (NetworkDescription network, NetworkWeights weights, TrainingState last) = CheckpointReader.Read(run.Last);
        Assert.Equal(Made.Graph().Description.ToJson(), network.ToJson());
        Assert.Equal(12, last.Step);
        Assert.Equal(
            SafeTensors.Read(run.Last).Tensors["ema.conv1.weight"].Bytes,
            MemoryMarshal.AsBytes(weights["conv1.weight"].AsSpan()).ToArray()
        );
        Assert.Equal(state.BestEpoch * 3, CheckpointReader.Read(run.Best).State.Step);
    }

    [Fact]
    public void Cancelling_stops_after_the_batch_with_a_checkpoint()
    {
        using var folder = new TempFolder();
        RunFolder run = folder.Run("run");
        using var trainer = new Trainer(Made.Bare with { Epochs = 3 }, Made.Graph(), Made.Data(24, 7), run);
        using var cancellation = new CancellationTokenSource();
        int batches = 0;
        Assert.Throws<OperationCanceledException>(() =>
            trainer.Run(
                _ =>
                {
                    if (++batches == 2)
                    {
                        cancellation.Cancel();
                    }
                },
                cancellation.Token
            )
        );
        Assert.Equal(2, batches);
        Assert.Equal(2, trainer.State.Step);
        Assert.Equal(2, CheckpointReader.Read(run.Last).State.Step);
        Assert.False(File.Exists(run.Best));
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.Adam)]
    public void A_non_finite_loss_ends_the_training_and_keeps_the_last_good_checkpoint(object optimizerValue)
    {
        var optimizer = (OptimizerKind)optimizerValue;
        using var folder = new TempFolder();
        RunFolder run = folder.Run("run");
        TrainingRecipe recipe = Made.Bare with
        {
            Epochs = 50,
            Optimizer = optimizer,
            LearningRate = optimizer == OptimizerKind.Sgd ? 1000 : 1e12,
        };
        NetworkGraph linear = Made.Graph(
            """{ "type": "flatten" }, { "type": "dense", "units": 20 }, { "type": "dense", "units": 20 },"""
                + """ { "type": "dense", "units": 7 }"""
        );
        using (var trainer = new Trainer(recipe, linear, Made.Data(24, 7), run) { CheckpointInterval = TimeSpan.Zero })
        {
            TrainingException? error = null;
            Made.WithCommaCulture(() => error = Assert.Throws<TrainingException>(() => trainer.Run()));
            Assert.Equal("notFinite", error!.Code);
            Assert.Matches(
                @"^(The (validation )?loss became \S+ in epoch \d+(, batch \d of 3)?|"
                    + @"The weights '\S+' are no longer finite after step \d+)\. The last good checkpoint is kept\. "
                    + @"Try a lower learningRate \(now 1E\+(03|12)\), a longer warmupEpochs or clipNorm\.$",
                error.Message
            );
            Assert.InRange(trainer.State.Step, 1, 30);
        }

        AssertFinite(run.Last);
        using var again = new Trainer(recipe, linear, Made.Data(24, 7), run);
        Assert.InRange(again.State.Step, 1, 30);
    }

    [Fact]
    public void Non_finite_weights_are_never_saved()
    {
        using var folder = new TempFolder();
        RunFolder run = folder.Run("run");
        // One step per epoch, and it ruins the weights: this must be detected at the end of the epoch, before saving.
        TrainingRecipe recipe = Made.Bare with
        {
            Epochs = 3,
            LearningRate = 1e30,
            WeightDecay = 1e30,
        };
        using var trainer = new Trainer(recipe, Made.Graph(Made.Plain), Made.Data(8, 7), run);
        var error = Assert.Throws<TrainingException>(() => trainer.Run());
        Assert.Equal("notFinite", error.Code);
        Assert.Equal(ErrorKind.Internal, error.Kind);
        Assert.Matches(@"^The weights '\S+' are no longer finite after step 1\. ", error.Message);
        Assert.False(File.Exists(run.Best));
        Assert.False(File.Exists(run.Last));
    }

    [Fact]
    public void Progressive_sizes_end_at_the_networks_own_where_alone_an_epoch_can_be_the_best()
    {
        using var folder = new TempFolder();
        TrainingRecipe recipe = Made.Bare with { Epochs = 4, Sizes = [8, 10, 12], SizeEpochs = [0, 2, 3], Shift = 0.1 };
        using var trainer = new Trainer(recipe, Made.Graph(side: 12), Made.Data(16, 14, side: 12), folder.Run("run"));
        TrainingState state = trainer.Run();
        Assert.Equal([8, 8, 10, 12], state.History.Select(h => h.Size));
        Assert.Equal(4, state.BestEpoch);
        Assert.Equal(state.History[3].ValidationAccuracy, state.BestAccuracy);
        Assert.True(File.Exists(trainer.Folder.Best));
    }

    [Fact]
    public void Training_stops_early_when_the_accuracy_does_not_improve()
    {
        using var folder = new TempFolder();
        TrainingRecipe recipe = Made.Bare with { Epochs = 9, LearningRate = 1e-12, EarlyStopping = 3 };
        using var trainer = new Trainer(recipe, Made.Graph(Made.Plain), Made.Data(16, 70), folder.Run("run"));
        TrainingState state = trainer.Run();
        Assert.Equal((1, 4), (state.BestEpoch, state.History.Count));
        using var again = new Trainer(recipe, Made.Graph(Made.Plain), Made.Data(16, 70), trainer.Folder);
        Assert.Equal(4, again.Run(_ => Assert.Fail("It trained.")).History.Count);
    }

    [Fact]
    public void Mismatched_data_and_recipes_are_rejected()
    {
        using var folder = new TempFolder();
        void AssertRejected(string code, string message, TrainingRecipe recipe, NetworkGraph graph, FaceDataset data)
        {
            var error = Assert.Throws<TrainingException>(() => new Trainer(recipe, graph, data, folder.Run("run")));
            Assert.Equal((code, message), (error.Code, error.Message));
            Assert.False(Directory.Exists(folder["run"]));
        }

        AssertRejected(
            "tooFewImages",
            "made: found 7 images in Training and 3 in PublicTest, expected at least one batch (8) and one image.",
            Made.Bare,
            Made.Graph(),
            Made.Data(7, 3)
        );
        AssertRejected(
            "tooFewImages",
            "made: found 8 images in Training and 0 in PublicTest, expected at least one batch (8) and one image.",
            Made.Bare,
            Made.Graph(),
            Made.Data(8, 0)
        );
        AssertRejected(
            "badNetwork",
            "Network 'test' takes 1 channels and outputs 5 classes, expected 1 and 7.",
            Made.Bare,
            Made.Graph("""{ "type": "flatten" }, { "type": "dense", "units": 5 }"""),
            Made.Data(8, 7)
        );
        AssertRejected(
            "badRecipe",
            "the recipe: the last of 'sizes' is 12, expected the network's own input size, 8×8.",
            Made.Bare with
            {
                Sizes = [12],
                SizeEpochs = [0],
            },
            Made.Graph(),
            Made.Data(8, 7)
        );
        AssertRejected(
            "noTeacher",
            "The recipe's teacherShare needs a teacher's 7 probabilities for each of 8 training images, but "
                + "found 0 values.",
            Made.Bare with
            {
                Teacher = "any",
                TeacherShare = 0.5,
            },
            Made.Graph(),
            Made.Data(8, 7)
        );
        AssertRejected(
            "noVotes",
            "The recipe's voteShare needs FER+ votes, but the data has none. Pass fer2013new.csv with --votes.",
            Made.Bare with
            {
                VoteShare = 0.5,
            },
            Made.Graph(),
            Made.Data(8, 7)
        );
    }

    private static void AssertFinite(string checkpoint) =>
        Check.All(
            SafeTensors.Read(checkpoint).Tensors.Where(t => t.Value.Type == "F32"),
            t =>
                Assert.True(
                    MemoryMarshal.Cast<byte, float>(t.Value.Bytes).ToArray().All(float.IsFinite),
                    $"{t.Key} is not finite."
                )
        );
}
