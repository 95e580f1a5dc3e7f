using System.Text.Json.Nodes;
using Mien.CommandLine;
using Mien.Data;
using Mien.Training;

namespace Mien.Lab.Tests;

/// <summary>Trainings that learn from what a model says; the teacher here is the trained run's own export.</summary>
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
    public void The_answers_are_the_probabilities_of_image_and_mirror_image_that_users_get()
    {
        FaceDataset data = DatasetReader.Read(run.Csv);
        Teachers.Answers answers = Teachers.Ask(
            new TrainingRecipe { Teacher = teacher, TeacherShare = 1 },
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
            // The made images are gray all over but for noise, so the mirror image is nearly the same; its share is
            // half.
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

        // Another training of the same process on the same data asks no more.
        Assert.Same(
            answers,
            Teachers.Ask(
                new TrainingRecipe { Teacher = teacher, TeacherShare = 0.5 },
                data,
                TestConsole(),
                quiet: true,
                default
            )
        );
        Assert.Null(Teachers.Ask(new TrainingRecipe { Teacher = teacher }, data, TestConsole(), quiet: true, default));
    }

    [Fact]
    public void Several_teachers_are_one_that_says_their_mean()
    {
        FaceDataset data = DatasetReader.Read(run.Csv);
        Teachers.Answers Ask(string names) =>
            Teachers.Ask(
                new TrainingRecipe { Teacher = names, TeacherShare = 1 },
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
    public void A_teacher_may_lie_in_a_folder_with_a_comma_as_those_of_an_experiments_trials_do()
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
        Assert.Equal(alone.Teacher, Teachers.WithFullPath(alone).Teacher); // as the run folder's recipe is read again
        Assert.StartsWith(
            "old (SHA-256 ",
            Teachers.Ask(alone, data, TestConsole(), quiet: true, default)!.Model,
            StringComparison.Ordinal
        );

        TrainingRecipe both = Teachers.WithFullPath(alone with { Teacher = $"shallow, {alone.Teacher}" });
        Assert.Equal($"shallow, \"{path}\"", both.Teacher);
        Assert.Equal("shallow, tiny.onnx", Teachers.WithoutFolder(both).Teacher);
        Assert.Matches(
            "^shallow \\(.* and old \\(",
            Teachers.Ask(both, data, TestConsole(), quiet: true, default)!.Model
        );
    }

    [Fact]
    public void A_taught_training_says_so_in_run_and_model_without_a_folder_and_resumes_with_the_same_teacher_only()
    {
        LabResult taught = Train("taught", "--teacher", teacher, "--teacher-share", "1");
        Assert.True(taught.Code == ExitCodes.Done, taught.Error);
        JsonObject info = Files.Json(folder["runs/taught/run.json"]);
        Assert.Matches(@"^old \(SHA-256 [0-9a-f]{16}…\)$", (string?)info["teacher"]);
        Assert.Equal(teacher, (string?)Files.Json(folder["runs/taught/recipe.json"])["teacher"]);

        // The targets are others, so the weights are.
        Assert.Equal(ExitCodes.Done, Train("alone").Code);
        Assert.NotEqual(
            Files.Weights(folder["runs/taught/last.safetensors"]),
            Files.Weights(folder["runs/alone/last.safetensors"])
        );
        Assert.Null(Files.Json(folder["runs/alone/run.json"])["teacher"]);

        string model = folder["taught.onnx"];
        LabResult exported = Lab.Run("export", folder["runs/taught"], "--output", model, "--quiet");
        Assert.True(exported.Code == ExitCodes.Done, exported.Error);
        using (ExpressionClassifier classifier = ExpressionClassifier.Load(model))
        {
            Assert.Equal(
                $"made.csv, split Training (392 images), taught by the model {(string?)info["teacher"]}",
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

        Assert.Equal(ExitCodes.Done, Lab.Run("resume", "taught", "--runs", folder["runs"], "--quiet").Code);
        File.Copy(model, teacher, overwrite: true);
        LabResult other = Lab.Run("resume", "taught", "--runs", folder["runs"], "--quiet");
        Assert.Equal(ExitCodes.Usage, other.Code);
        Assert.Contains(
            $"but the run was started with {(string?)info["teacher"]}. A training goes on only with the same "
                + $"teacher: put it back, or start anew.",
            other.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_teacher_that_is_not_there_is_wrong_usage_and_leaves_no_run()
    {
        LabResult result = Train("lost", "--teacher", folder["no.onnx"], "--teacher-share", "0.5");
        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(
            $"teacher: there is no model file '{folder["no.onnx"]}', and no built-in model of that name (",
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

    private LabResult Train(string name, params string[] more) =>
        Lab.Run([
            "train",
            run.Recipe,
            "--data",
            run.Csv,
            "--runs",
            folder["runs"],
            "--name",
            name,
            "--epochs",
            "1",
            .. more,
        ]);

    private static CommandConsole TestConsole() => new(TextWriter.Null, TextWriter.Null);
}
