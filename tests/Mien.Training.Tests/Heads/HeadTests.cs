using Microsoft.ML.OnnxRuntime;
using Mien.Data;
using Mien.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training.Tests;

/// <summary>Networks with one head for each of two label sets.</summary>
public class HeadTests
{
    private static readonly string[] Two = [LabelSets.Fer2013, LabelSets.FerPlus];

    public static TheoryData<string> Registered => [.. RegisteredNetworks.Names];

    [Theory]
    [MemberData(nameof(Registered))]
    public void Both_heads_of_a_registered_network_compute_the_same_in_TorchSharp_and_ONNX_Runtime(string name)
    {
        NetworkGraph graph = Headed(name);
        Assert.Equal((14, 7), (graph.Outputs, graph.Classes));
        NetworkWeights weights = OnnxModel.RandomWeights(graph, 5);
        using InferenceSession session = OnnxModel.Open(OnnxModel.Export(graph, weights));
        using var module = new NetworkModule(graph, 1);
        module.Load(weights);
        module.eval();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable quiet = no_grad();
        float[] images = OnnxModel.RandomImages(graph, 3, 6);
        Tensor logits = module.forward(tensor(images, [3, 1, graph.Input.Height, graph.Input.Width]));
        float[] onnx = OnnxModel.Run(session, graph, images);
        float[] torch = logits.data<float>().ToArray();
        for (int head = 0; head < 2; head++)
        {
            OnnxModel.AssertClose(Slice(torch, head).Select(v => (double)v).ToArray(), Slice(onnx, head), 1e-3, 1e-4);
            Assert.Equal(21, Slice(torch, head).Distinct().Count());
        }

        // Each head's softmax runs over its own seven columns.
        float[] logs = HeadLogits.LogProbabilities(logits, 2).data<float>().ToArray();
        foreach (float[] row in logs.Chunk(7))
        {
            Assert.Equal(1, row.Sum(l => Math.Exp(l)), 1e-5);
        }

        static float[] Slice(float[] rows, int head) => [.. rows.Chunk(14).SelectMany(r => r.Skip(head * 7).Take(7))];
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_loss_of_each_head_reaches_its_own_units_and_the_layers_before(int head)
    {
        NetworkGraph graph = Headed("tiny");
        using DisposeScope scope = NewDisposeScope();
        using var module = new NetworkModule(graph, 3);
        module.train();
        Tensor images = tensor(OnnxModel.RandomImages(graph, 4, 1), [4, 1, graph.Input.Height, graph.Input.Width]);
        float[] target = new float[4 * 14];
        for (int i = 0; i < 4; i++)
        {
            target[(i * 14) + (head * 7) + i] = 1;
        }

        Tensor loss = (HeadLogits.LogProbabilities(module.forward(images), 2) * tensor(target, [4, 14])).sum() * -0.25;
        loss.backward();
        string last = graph.Nodes.Last(n => n.Operator is DenseOperator).Name + ".weight";
        float[] rows = [.. module.Trained[last].grad!.abs().sum(1).data<float>()];
        Assert.Equal(14, rows.Length);
        for (int unit = 0; unit < rows.Length; unit++)
        {
            Assert.Equal(unit / 7 == head, rows[unit] > 0);
        }

        Check.All(
            module.Trained.Where(p => p.Key != last && !p.Key.EndsWith(".bias", StringComparison.Ordinal)),
            p => Assert.True(p.Value.grad!.abs().sum().item<float>() > 0, p.Key)
        );
    }

    [Fact]
    public void The_targets_of_both_heads_stand_side_by_side_times_their_shares()
    {
        FaceDataset data = Voted(3, 0);
        var recipe = new TrainingRecipe
        {
            LabelSmoothing = 0.1,
            TeacherShare = 0.5,
            Teacher = "x",
        };
        float[] teacher = [.. Enumerable.Repeat(1f / 7, 21)];
        var targets = new HeadTargets(
            [new Targets(recipe, data, teacher), Targets.OfVotes(recipe, data, null)],
            [0.25, 0.75]
        );
        float[] row = new float[14];
        targets.CopyTo(1, row);
        float[] labels = new Targets(recipe, data, teacher)[1].ToArray();
        Assert.Equal(labels.Select(v => v * 0.25f), row[..7]);
        Assert.Equal(data.VoteDistributions![7..14].Select(v => v * 0.75f), row[7..]);
        Assert.Equal(1, row.Sum(), 1e-6f);

        // A teacher with such a head gives its share of these targets too.
        float[] taught = Targets.OfVotes(recipe, data, teacher)[1].ToArray();
        Assert.Equal(data.VoteDistributions[7..14].Select(v => (0.5f * v) + (0.5f / 7)), taught);

        var one = new HeadTargets([new Targets(recipe, data, teacher)], [1]);
        one.CopyTo(2, row.AsSpan(0, 7));
        Assert.Equal(new Targets(recipe, data, teacher)[2].ToArray(), row[..7]);
    }

    [Fact]
    public void Without_votes_a_head_for_them_cannot_be_trained()
    {
        using var folder = new TempFolder();
        TrainingException error = Assert.Throws<TrainingException>(() =>
            new Trainer(Made.Bare, Headed(), Made.Data(16, 8), folder.Run("run"))
        );
        Assert.Equal("noVotes", error.Code);
    }

    [Fact]
    public void A_training_learns_both_label_sets_and_resumes_exactly()
    {
        using var folder = new TempFolder();
        FaceDataset data = Voted(112, 28);
        TrainingRecipe recipe = Made.Bare with
        {
            Epochs = 12,
            LearningRate = 0.05,
            Momentum = 0.9,
            Ema = 0.5,
            Scaling = PixelScaling.Signed,
        };
        RunFolder whole = folder.Run("whole");
        RunFolder halves = folder.Run("halves");
        TrainingState state = Run(whole, 0);
        Run(halves, 5);
        Assert.Equal(12, Run(halves, 0).History.Count);
        Assert.Equal(
            SafeTensors.Read(whole.Last).Tensors["model.dense2.weight"].Bytes,
            SafeTensors.Read(halves.Last).Tensors["model.dense2.weight"].Bytes
        );

        // The label is the brightest column of pixels; the votes say the next one. Only two heads can know both.
        IReadOnlyList<HeadScore> first = state.History[0].Heads!;
        IReadOnlyList<HeadScore> last = state.History[^1].Heads!;
        Assert.Equal(Two, last.Select(h => h.Head));
        Check.All(last, h => Assert.True(h.Accuracy > 0.9, $"{h.Head}: {h.Accuracy}"));
        Check.All(last.Zip(first), p => Assert.True(p.First.Loss < p.Second.Loss));
        Assert.Equal(last.Average(h => h.Accuracy), state.History[^1].ValidationAccuracy, 1e-12);
        Assert.Equal(last.Average(h => h.Loss), state.History[^1].ValidationLoss, 1e-12);

        // The history holds both heads and reads them back.
        string header = File.ReadLines(whole.History).First();
        Assert.EndsWith(
            ",validation_loss_fer2013,validation_accuracy_fer2013,validation_loss_ferplus,validation_accuracy_ferplus",
            header,
            StringComparison.Ordinal
        );
        EpochRecord read = whole.ReadHistory()[^1];
        Assert.Equal(last.Select(h => Math.Round(h.Accuracy, 5)), read.Heads!.Select(h => h.Accuracy));

        TrainingState Run(RunFolder run, int stop)
        {
            using var trainer = new Trainer(recipe, Headed(), data, run) { StopAfterEpoch = stop };
            return trainer.Run();
        }
    }

    [Fact]
    public void The_weights_of_one_head_start_all_heads()
    {
        NetworkGraph one = Made.Graph();
        NetworkGraph two = Headed();
        NetworkWeights weights = OnnxModel.RandomWeights(one, 1);
        NetworkWeights repeated = HeadWeights.Repeat(weights, two);
        repeated.Check(two);
        Assert.Equal([.. weights["dense2.bias"], .. weights["dense2.bias"]], repeated["dense2.bias"]);
        Assert.Same(weights["conv1.weight"], repeated["conv1.weight"]);
        Assert.Same(weights, HeadWeights.Repeat(weights, one));
        HeadWeights.Repeat(repeated, two).Check(two);
    }

    [Theory]
    [InlineData("""{ "heads": ["fer2013"] }""", "'heads' is [fer2013], expected [] or different label sets")]
    [InlineData("""{ "heads": ["fer2013", "afraid"] }""", "'heads' is [fer2013, afraid], expected")]
    [InlineData("""{ "heads": ["ferplus", "ferplus"] }""", "'heads' is [ferplus, ferplus], expected")]
    [InlineData("""{ "headShares": [0.5, 0.6] }""", "'headShares' is [0.5, 0.6], expected")]
    [InlineData("""{ "headShares": [1, 0] }""", "'headShares' is [1, 0], expected")]
    [InlineData("""{ "heads": "fer2013" }""", "'heads' is \"fer2013\", expected a list of names, such as")]
    [InlineData("""{ "headShares": ["a"] }""", "'headShares' is [\n  \"a\"\n], expected a list of numbers, such as")]
    public void Invalid_heads_in_a_recipe_are_errors(string json, string expected)
    {
        TrainingException error = Assert.Throws<TrainingException>(() => RecipeFile.Parse(json, "r.json"));
        Assert.StartsWith("r.json: " + expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shares_must_fit_the_heads_of_the_network()
    {
        TrainingRecipe recipe = RecipeFile.Parse("""{ "headShares": [0.3, 0.7] }""", "r.json");
        Assert.Equal([0.3, 0.7], RecipeRules.HeadShares(recipe, Headed(), "r.json"));
        Assert.Equal([0.5, 0.5], RecipeRules.HeadShares(Made.Bare, Headed(), "r.json"));
        Assert.Equal([1.0], RecipeRules.HeadShares(Made.Bare, Made.Graph(), "r.json"));
        TrainingException error = Assert.Throws<TrainingException>(() =>
            RecipeRules.HeadShares(recipe, Made.Graph(), "r.json")
        );
        Assert.Contains("has 2 shares, but the network 'test' has 1 head", error.Message, StringComparison.Ordinal);
        NetworkGraph other = NetworkGraph.Build(Made.Graph().Description.WithHeads(["fer2013", "mine"]));
        Assert.Throws<TrainingException>(() => RecipeRules.HeadShares(Made.Bare, other, "r.json"));
    }

    private static NetworkGraph Headed(string? name = null) =>
        NetworkGraph.Build((name is null ? Made.Graph().Description : RegisteredNetworks.Get(name)).WithHeads(Two));

    /// <summary>
    /// Images with one bright column, whose place is the label; the votes are for the class after it.
    /// </summary>
    private static FaceDataset Voted(int training, int validation)
    {
        FaceDataset data = Made.Data(training, validation);
        byte[] pixels = [.. data.Pixels.Select(p => (byte)(p / 4))];
        byte[] counts = new byte[data.Count * FerPlusVotes.Columns];
        float[] shares = new float[data.Count * Expressions.Count];
        for (int i = 0; i < data.Count; i++)
        {
            int label = data.Labels[i];
            for (int y = 0; y < 8; y++)
            {
                pixels[(i * 64) + (y * 8) + label] = 255;
            }

            int voted = (label + 1) % Expressions.Count;
            (counts[(i * 10) + voted], counts[(i * 10) + label]) = (8, 2);
            (shares[(i * 7) + voted], shares[(i * 7) + label]) = (0.8f, 0.2f);
        }

        return new FaceDataset("made", 8, 8, pixels, data.Labels, data.Splits, null, shares, counts);
    }
}
