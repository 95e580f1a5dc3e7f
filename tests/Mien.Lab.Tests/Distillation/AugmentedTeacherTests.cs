using System.Text.Json.Nodes;
using Mien.CommandLine;
using Mien.Data;
using Mien.Training;

namespace Mien.Lab.Tests;

/// <summary>Teachers that see the same augmented images as the student.</summary>
public sealed class AugmentedTeacherTests(TrainedRun run) : IDisposable
{
    private static readonly TrainingRecipe Recipe = new()
    {
        Seed = 3,
        Threads = 1,
        Epochs = 9,
        Teacher = "any",
        TeacherShare = 0.5,
        TeacherInput = TeacherInputKind.Augmented,
        TeacherCopies = 3,
        Brightness = 0.2,
        Erasing = 0.5,
        Framing = 0.5,
        Mixup = 0.3,
        PlainEpochs = 2,
    };

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_votes_of_a_teacher_are_shares_of_people()
    {
        float[] shares = Votes("a.onnx", h => h with { Temperature = 2 });
        float[] confidences = Votes("b.onnx", h => h with { Temperature = 0.7f });
        float[] both = Votes("c.onnx", h => h with { Temperature = 0.7f, VoteTemperature = 2 });

        Assert.Equal(shares, both);
        Assert.NotEqual(confidences, both);

        float[] Votes(string name, Func<ModelHead, ModelHead> change)
        {
            string model = MadeMember.Write(
                folder[name],
                1,
                48,
                48,
                [LabelSets.Fer2013, LabelSets.FerPlus],
                change: c => c with { Heads = [c.Heads![0], change(c.Heads[1])] }
            );
            using var network = OnnxTeacher.Open(model, 1);
            using var live = new LiveTeacher([network], Recipe, Train());
            return live.Answer(new TeacherRequest([5, 0], 4, false, null)).Votes!;
        }
    }

    [Fact]
    public void The_teacher_predicts_the_pixels_that_the_student_sees()
    {
        FaceDataset train = Train();
        string model = MadeMember.Write(folder["a.onnx"], 1, 48, 48, change: c => c with { Temperature = 1.5f });
        using var network = OnnxTeacher.Open(model, 1);
        using var live = new LiveTeacher([network], Recipe, train);
        int[] indices = [5, 0, 9, 3];
        float[] answers = live.Answer(new TeacherRequest(indices, 4, false, null)).Labels;

        // The library takes whole gray values, so its probabilities differ by what rounding does.
        var augmenter = new Augmenter(Recipe, train, 1, 0);
        using ExpressionClassifier classifier = ExpressionClassifier.Load(model);
        float[] pixels = new float[48 * 48];
        for (int i = 0; i < indices.Length; i++)
        {
            augmenter.Write(indices[i], 4, false, 48, 48, pixels);
            byte[] rounded = [.. pixels.Select(p => (byte)MathF.Round(p))];
            ExpressionResult alone = classifier.Classify(new GrayImage(48, 48, rounded));
            for (int c = 0; c < 7; c++)
            {
                Assert.Equal(alone.LabelScores[(Expression)c], answers[(i * 7) + c], 2e-3f);
            }
        }

        // With mixup it sees the blended image, whose answer is not the blend of the answers.
        var mixup = Mixup.Draw(Recipe, 2, indices.Length);
        float[] mixed = live.Answer(new TeacherRequest(indices, 4, false, mixup)).Labels;
        mixup.Blend(answers);
        Assert.NotEqual(answers, mixed);
        Assert.Equal(answers, mixed, (a, b) => Math.Abs(a - b) < 0.2);
    }

    [Fact]
    public void Cached_answers_are_those_of_the_teachers_for_each_copy_and_for_plain_images()
    {
        FaceDataset train = Train();
        string[] models =
        [
            MadeMember.Write(folder["a.onnx"], 1, 16, 16),
            MadeMember.Write(folder["b.onnx"], 2, 12, 20, heads: [LabelSets.Fer2013, LabelSets.FerPlus]),
        ];
        TrainingRecipe recipe = Recipe with { Teacher = string.Join(',', models) };
        AugmentedTeachers.Opened opened = Open(recipe)!;
        using IAugmentedTeacher cached = opened.Teacher;
        using IAugmentedTeacher live = Open(recipe with { TeacherCopies = 0 })!.Teacher;
        Assert.Equal((true, true, false), (cached.IsCached, cached.AnswersVotes, live.IsCached));
        Assert.Matches(@"^m1 \(SHA-256 [0-9a-f]{16}…\) and m2 \(SHA-256 [0-9a-f]{16}…\)$", opened.Model);
        Assert.Matches(@"^m2 \(SHA-256 [0-9a-f]{16}…\)$", opened.VoteModel);
        int[] indices = [1, 8, 130, 64];
        foreach ((int epoch, bool plain) in ((int, bool)[])[(0, false), (2, false), (1, true)])
        {
            TeacherAnswers expected = live.Answer(new TeacherRequest(indices, epoch, plain, null)),
                actual = cached.Answer(new TeacherRequest(indices, epoch, plain, null));
            Assert.Equal(expected.Labels, actual.Labels, (a, b) => Math.Abs(a - b) < 1e-6);
            Assert.Equal(expected.Votes!, actual.Votes!, (a, b) => Math.Abs(a - b) < 1e-6);
        }

        // Two teachers, three copies and two plain views; more copies compute only what is missing.
        Assert.Equal(10, Directory.GetFiles(folder["cache"], "*.answers").Length);
        using IAugmentedTeacher more = Open(recipe with { TeacherCopies = 4, Mixup = 0, VoteShare = 0.5 })!.Teacher;
        Assert.Equal(12, Directory.GetFiles(folder["cache"], "*.answers").Length);
        using IAugmentedTeacher other = Open(recipe with { Flip = 0.3 })!.Teacher;
        Assert.Equal(18, Directory.GetFiles(folder["cache"], "*.answers").Length);

        AugmentedTeachers.Opened? Open(TrainingRecipe used) =>
            AugmentedTeachers.Open(
                used,
                voting: true,
                train,
                folder["cache"],
                new CommandConsole(TextWriter.Null, TextWriter.Null),
                quiet: true,
                default
            );
    }

    [Fact]
    public void An_interrupted_computation_continues_and_a_damaged_file_is_computed_again()
    {
        FaceDataset train = Train();
        using var network = new Counting(OnnxTeacher.Open(MadeMember.Write(folder["a.onnx"], 1), 1));
        float[] whole = Get("whole", CancellationToken.None);
        Assert.Equal(train.Count, network.Images);
        Assert.Equal(whole, Get("whole", CancellationToken.None));
        Assert.Equal(train.Count, network.Images);
        byte[] expected = File.ReadAllBytes(Only("whole", "*.answers"));

        // Interrupted after three batches, and the last row is cut off.
        using var cancellation = new CancellationTokenSource();
        network.After = (3 * TeacherCache.Batch, cancellation.Cancel);
        network.Images = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => Get("broken", cancellation.Token));
        string part = Only("broken", "*.part");
        using (FileStream file = File.OpenWrite(part))
        {
            file.SetLength(file.Length - 5);
        }

        network.Images = 0;
        network.After = (int.MaxValue, () => { });
        Assert.Equal(whole, Get("broken", CancellationToken.None));
        Assert.Equal(train.Count - (2 * TeacherCache.Batch), network.Images);
        Assert.Equal(expected, File.ReadAllBytes(Only("broken", "*.answers")));
        Assert.False(File.Exists(part));

        foreach (int place in (int[])[20, 5000, expected.Length - 1])
        {
            byte[] damaged = [.. expected];
            damaged[place] ^= 1;
            File.WriteAllBytes(Only("broken", "*.answers"), damaged);
            var notes = new List<string>();
            Assert.Equal(whole, Get("broken", CancellationToken.None, notes));
            Assert.EndsWith(": the teacher's answers are damaged; they are computed again.", Assert.Single(notes));
            Assert.Equal(expected, File.ReadAllBytes(Only("broken", "*.answers")));
        }

        float[] Get(string cache, CancellationToken cancellationToken, List<string>? notes = null) =>
            new TeacherCache(folder[cache])
                .Get(network, Recipe, train, 1, false, _ => { }, n => notes?.Add(n), cancellationToken)
                .Labels;

        string Only(string cache, string pattern) => Assert.Single(Directory.GetFiles(folder[cache], pattern));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("2")]
    public void A_training_with_such_a_teacher_runs_and_resumes_only_with_the_same_one(string copies)
    {
        string teacher = folder["models/old.onnx"];
        Assert.Equal(ExitCodes.Done, Lab.Run("export", run.Run, "--output", teacher, "--quiet").Code);
        string[] distilled =
        [
            "--teacher",
            teacher,
            "--teacher-share",
            "1",
            "--teacher-input",
            "augmented",
            "--teacher-copies",
            copies,
        ];
        LabResult result = Train(
            "one",
            [.. distilled, "--mixup", "0.2", "--sizes", "[12, 16]", "--size-epochs", "[0, 1]"]
        );
        Assert.True(result.Code == ExitCodes.Done, result.Error);
        JsonObject info = Files.Json(folder["runs/one/run.json"]);
        Assert.Matches(@"^tiny \(SHA-256 [0-9a-f]{16}…\)$", (string?)info["teacher"]);
        Assert.Equal(copies == "2", Directory.Exists(folder["runs/.teachers"]));
        if (copies == "2")
        {
            Assert.Equal(2, Directory.GetFiles(folder["runs/.teachers"], "*.answers").Length);
        }

        // Other targets than with the plain image, and the same for the same training.
        Assert.Equal(ExitCodes.Done, Train("same", [.. distilled]).Code);
        Assert.Equal(ExitCodes.Done, Train("again", [.. distilled]).Code);
        Assert.Equal(ExitCodes.Done, Train("plain", [.. distilled[..4]]).Code);
        SortedDictionary<string, byte[]> weights = Files.Weights(folder["runs/same/last.safetensors"]);
        Assert.Equal(weights, Files.Weights(folder["runs/again/last.safetensors"]));
        Assert.NotEqual(weights, Files.Weights(folder["runs/plain/last.safetensors"]));

        MadeMember.Write(teacher, 5);
        LabResult other = Lab.Run("resume", "one", "--runs", folder["runs"], "--quiet");
        Assert.Equal(ExitCodes.Usage, other.Code);
        Assert.Contains("A training can only be resumed with the same teacher.", other.Error, StringComparison.Ordinal);
        File.Delete(teacher);
        other = Lab.Run("resume", "one", "--runs", folder["runs"], "--quiet");
        Assert.Contains("teacher: there is no model file", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_with_folds_says_which_images_it_left_out()
    {
        LabResult result = Train("fold", "--folds", "4", "--fold", "3", "--scaling", "standard");
        Assert.True(result.Code == ExitCodes.Done, result.Error);
        JsonObject info = Files.Json(folder["runs/fold/run.json"]);
        Assert.Equal((392, 98), ((int)info["trainingImages"]!, (int)info["leftOutImages"]!));
        string model = folder["fold.onnx"];
        Assert.Equal(ExitCodes.Done, Lab.Run("export", folder["runs/fold"], "--output", model, "--quiet").Code);
        using ExpressionClassifier classifier = ExpressionClassifier.Load(model);
        Assert.Equal(
            "made.csv, split Training (392 images) without fold 3 of 4 (98 images)",
            classifier.Contract.TrainingData
        );
        TrainingRecipe recipe = RecipeFile.Parse(classifier.Contract.Recipe!, model);
        (float scale, _) = PixelInput.Of(PixelScaling.Standard, Folds.Trained(recipe, DatasetReader.Read(run.Csv)));
        Assert.Equal(scale, classifier.Contract.Scale);
        Assert.Equal(ExitCodes.Done, Lab.Run("resume", "fold", "--runs", folder["runs"], "--quiet").Code);
    }

    private LabResult Train(string name, params string[] more) => run.Train(folder["runs"], name, 2, more);

    private FaceDataset Train() => DatasetReader.Read(run.Csv).Only(DatasetSplit.Training);

    /// <summary>Counts the images that a teacher predicts.</summary>
    private sealed class Counting(ITeacherNetwork inner) : ITeacherNetwork
    {
        public int Images { get; set; }

        public (int Images, Action Do) After { get; set; } = (int.MaxValue, () => { });

        public string Name => inner.Name;

        public string Hash => inner.Hash;

        public int Height => inner.Height;

        public int Width => inner.Width;

        public bool HasVotes => inner.HasVotes;

        public Augmenter AugmenterOf(TrainingRecipe recipe, FaceDataset train) => inner.AugmenterOf(recipe, train);

        public void Predict(float[] inputs, int count, Span<float> labels, Span<float> votes)
        {
            inner.Predict(inputs, count, labels, votes);
            Images += count;
            if (Images >= After.Images)
            {
                After.Do();
            }
        }

        public void Dispose() => inner.Dispose();
    }
}
