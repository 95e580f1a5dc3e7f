using System.Text.Json.Nodes;
using Mien.CommandLine;
using Mien.Data;
using Mien.Training;

namespace Mien.Lab.Tests;

/// <summary>Knowledge distillation. The teacher is the exported model of the trained run.</summary>
public sealed class TeacherTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly TrainedRun run;
    private readonly string teacher;

    public TeacherTests(TrainedRun run)
    {
        this.run = run;
        teacher = folder["models/old.onnx"];
        LabResult exported = Lab.Run("export", run.Run, "--output", teacher, "--name", "old", "--quiet");
        Assert.True(exported.Code == ExitCodes.Done, exported.Error);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_targets_are_the_probabilities_averaged_over_image_and_mirror_image()
    {
        FaceDataset data = DatasetReader.Read(run.Csv);
        Teachers.Answers answers = Teachers.Ask(
            new TrainingRecipe { Teacher = teacher, TeacherShare = 1 },
            voting: false,
            data,
            TestConsole(),
            quiet: true,
            default
        )!;

        FaceDataset train = data.Only(DatasetSplit.Training);
        using ExpressionClassifier classifier = ExpressionClassifier.Load(teacher);
        Assert.Equal(train.Count * 7, answers.Probabilities.Length);
        for (int i = 0; i < train.Count; i += 50)
        {
            // The generated images are uniform gray with noise. The mirror image therefore gives nearly the same
            // probabilities, and it contributes half of the mean.
            byte[] mirrored = train.Image(i).ToArray();
            for (int y = 0; y < 48; y++)
            {
                mirrored.AsSpan(y * 48, 48).Reverse();
            }

            ExpressionResult[] both =
            [
                .. classifier.Classify([
                    new GrayImage(48, 48, train.Image(i).ToArray()),
                    new GrayImage(48, 48, mirrored),
                ]),
            ];
            for (int c = 0; c < 7; c++)
            {
                Assert.Equal(
                    (both[0].LabelScores[(Expression)c] + both[1].LabelScores[(Expression)c]) / 2,
                    answers.Probabilities[(i * 7) + c],
                    1e-4f
                );
            }
        }

        // Another training of the same process on the same data reuses the targets.
        Assert.Same(
            answers,
            Teachers.Ask(
                new TrainingRecipe { Teacher = teacher, TeacherShare = 0.5 },
                voting: false,
                data,
                TestConsole(),
                quiet: true,
                default
            )
        );
        Assert.Null(
            Teachers.Ask(
                new TrainingRecipe { Teacher = teacher },
                voting: false,
                data,
                TestConsole(),
                quiet: true,
                default
            )
        );
    }

    [Fact]
    public void Several_teachers_are_averaged()
    {
        FaceDataset data = DatasetReader.Read(run.Csv);
        Teachers.Answers Ask(string names) =>
            Teachers.Ask(
                new TrainingRecipe { Teacher = names, TeacherShare = 1 },
                voting: false,
                data,
                TestConsole(),
                quiet: true,
                default
            )!;
        Teachers.Answers shallow = Ask("shallow");
        Teachers.Answers old = Ask(teacher);
        Teachers.Answers both = Ask($"shallow, {teacher}");
        Assert.Equal($"{shallow.Model} and {old.Model}", both.Model);
        Assert.NotEqual(shallow.Probabilities, old.Probabilities);
        Assert.Equal(
            shallow.Probabilities.Zip(old.Probabilities, (a, b) => (a + b) / 2),
            both.Probabilities,
            (a, b) => Math.Abs(a - b) < 1e-6
        );

        var recipe = new TrainingRecipe { Teacher = "shallow,models/old.onnx", TeacherShare = 1 };
        Assert.Equal($"shallow, {teacher}", Teachers.WithFullPath(recipe, folder.Path).Teacher);
        Assert.Equal("shallow, old.onnx", Teachers.WithoutFolder(Teachers.WithFullPath(recipe, folder.Path)).Teacher);
        Assert.Throws<UsageException>(() =>
            Teachers.WithFullPath(recipe with { Teacher = "shallow, models/no.onnx" }, folder.Path)
        );
    }

    [Fact]
    public void The_path_of_a_teacher_may_contain_commas_like_those_of_an_experiments_trials()
    {
        string path = folder["runs/study/flip=0,seed=1/tiny.onnx"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Copy(teacher, path);
        FaceDataset data = DatasetReader.Read(run.Csv);

        TrainingRecipe alone = Teachers.WithFullPath(
            new TrainingRecipe { Teacher = "study/flip=0,seed=1/tiny.onnx", TeacherShare = 1 },
            folder["runs"]
        );
        Assert.Equal($"\"{path}\"", alone.Teacher);
        // As when the recipe in the run folder is read again.
        Assert.Equal(alone.Teacher, Teachers.WithFullPath(alone).Teacher);
        Assert.StartsWith(
            "old (SHA-256 ",
            Teachers.Ask(alone, voting: false, data, TestConsole(), quiet: true, default)!.Model,
            StringComparison.Ordinal
        );

        TrainingRecipe both = Teachers.WithFullPath(alone with { Teacher = $"shallow, {alone.Teacher}" });
        Assert.Equal($"shallow, \"{path}\"", both.Teacher);
        Assert.Equal("shallow, tiny.onnx", Teachers.WithoutFolder(both).Teacher);
        Assert.Matches(
            "^shallow \\(.* and old \\(",
            Teachers.Ask(both, voting: false, data, TestConsole(), quiet: true, default)!.Model
        );
    }

    [Fact]
    public void Run_and_model_name_the_teacher_without_its_folder_and_only_the_same_teacher_resumes()
    {
        LabResult distilled = Train("distilled", "--teacher", teacher, "--teacher-share", "1");
        Assert.True(distilled.Code == ExitCodes.Done, distilled.Error);
        JsonObject info = Files.Json(folder["runs/distilled/run.json"]);
        Assert.Matches(@"^old \(SHA-256 [0-9a-f]{16}…\)$", (string?)info["teacher"]);
        Assert.Equal(teacher, (string?)Files.Json(folder["runs/distilled/recipe.json"])["teacher"]);

        // Other targets give other weights.
        Assert.Equal(ExitCodes.Done, Train("alone").Code);
        Assert.NotEqual(
            Files.Weights(folder["runs/distilled/last.safetensors"]),
            Files.Weights(folder["runs/alone/last.safetensors"])
        );
        Assert.Null(Files.Json(folder["runs/alone/run.json"])["teacher"]);

        string model = folder["distilled.onnx"];
        LabResult exported = Lab.Run("export", folder["runs/distilled"], "--output", model, "--quiet");
        Assert.True(exported.Code == ExitCodes.Done, exported.Error);
        using (ExpressionClassifier classifier = ExpressionClassifier.Load(model))
        {
            Assert.Equal(
                $"made.csv, split Training (392 images), knowledge distillation from {(string?)info["teacher"]}",
                classifier.Contract.TrainingData
            );
            Assert.Equal(
                ("old.onnx", 1.0),
                (
                    RecipeFile.Parse(classifier.Contract.Recipe!, model).Teacher,
                    RecipeFile.Parse(classifier.Contract.Recipe!, model).TeacherShare
                )
            );
        }

        Assert.Equal(ExitCodes.Done, Lab.Run("resume", "distilled", "--runs", folder["runs"], "--quiet").Code);
        File.Copy(model, teacher, overwrite: true);
        LabResult other = Lab.Run("resume", "distilled", "--runs", folder["runs"], "--quiet");
        Assert.Equal(ExitCodes.Usage, other.Code);
        Assert.Contains(
            $"but the run was started with {(string?)info["teacher"]}. A training can only be resumed with the same "
                + $"teacher. Restore that file, or start a new run.",
            other.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_missing_teacher_is_wrong_usage_and_leaves_no_run_folder()
    {
        LabResult result = Train("lost", "--teacher", folder["no.onnx"], "--teacher-share", "0.5");
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(
            $"teacher: there is no model file '{folder["no.onnx"]}' and no built-in model of that name (",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(folder["runs/lost"]));
    }

    [Fact]
    public void An_experiment_finds_the_teacher_beside_its_file_and_varies_its_share()
    {
        const string Content =
            """{ "recipe": RECIPE, "set": { "teacher": "models/old.onnx" }, "vary": { "teacherShare": [0,"""
            + """ 0.5, 1] }, "seeds": [1] }""";
        LabResult result = Lab.Run(
            "experiment",
            "run",
            MadeExperiment.Write(folder, Content),
            "--data",
            run.Csv,
            "--runs",
            folder["runs"]
        );
        Assert.True(result.Code == ExitCodes.Done, result.Error);
        string trial = folder["runs/made/teacherShare=0.5,seed=1"];
        Assert.Equal(teacher, (string?)Files.Json(Path.Combine(trial, "recipe.json"))["teacher"]);
        Assert.StartsWith(
            "old (SHA-256 ",
            (string?)Files.Json(Path.Combine(trial, "run.json"))["teacher"],
            StringComparison.Ordinal
        );
        Assert.Null(Files.Json(folder["runs/made/teacherShare=0,seed=1/run.json"])["teacher"]);

        LabResult lost = Lab.Run(
            "experiment",
            "plan",
            MadeExperiment.Write(folder, Content.Replace("old", "no", StringComparison.Ordinal))
        );
        Assert.Equal(ExitCodes.Usage, lost.Code);
        Assert.Contains("teacher: there is no model file 'models/no.onnx'", lost.Error, StringComparison.Ordinal);
    }

    private LabResult Train(string name, params string[] more) => run.Train(folder["runs"], name, 1, more);

    private static CommandConsole TestConsole() => new(TextWriter.Null, TextWriter.Null);
}
