using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;
using Mien.Training;

namespace Mien.Lab.Tests;

public sealed class OutOfFoldTests(TrainedRun run) : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_training_image_is_predicted_by_the_run_that_left_it_out()
    {
        for (int fold = 1; fold <= 3; fold++)
        {
            Train($"f{fold}", "--folds", "3", "--fold", $"{fold}");
        }

        string file = folder["all.csv"];
        string[] where = ["--runs", folder["runs"], "--output", file];
        LabResult result = Lab.Run(["out-of-fold", "f2", "f1", "f3", .. where]);
        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Contains("all.csv: predictions of 392 of 392 training images", result.Out, StringComparison.Ordinal);
        Predictions all = PredictionFile.Read(file);
        FaceDataset data = DatasetReader.Read(run.Csv);
        FaceDataset train = data.Only(DatasetSplit.Training);
        Assert.Equal(Enumerable.Range(0, train.Count).Select(train.Source), all.Sources);
        Assert.Equal(train.Labels, all.Labels);

        // As an exported model predicts them.
        string model = folder["f2.onnx"];
        Assert.Equal(
            ExitCodes.Done,
            Lab.Run("export", folder["runs/f2"], "--uncalibrated", "--output", model, "--quiet").Code
        );
        using ExpressionClassifier classifier = ExpressionClassifier.Load(model);
        int[] foldOf = Folds.Of(train, 3, 1);
        for (int i = 0; i < train.Count; i++)
        {
            if (foldOf[i] == 2)
            {
                var image = new GrayImage(train.Width, train.Height, train.Image(i).ToArray());
                ExpressionResult alone = classifier.Classify(image.Resize(16, 16, ResizeKernel.Bicubic));
                for (int c = 0; c < 7; c++)
                {
                    Assert.Equal(alone.LabelScores[(Expression)c], all.Row(i)[c], 1e-5f);
                }
            }
        }

        Train("other", "--folds", "3", "--fold", "1", "--seed", "2");
        Fails(["f1", "f1"], "The runs 'f1' and 'f1' leave out the same fold, 1. Give one run for each fold.");
        Fails(["f2", "other"], "The runs 'f2' and 'other' divide Training in different ways: 3 folds of 392 images");
        Fails([run.Run], "The run 'first' was trained on all images of Training ('folds' is 0)");
        Fails(["none"], "There is no run 'none'");

        void Fails(string[] runs, string expected)
        {
            LabResult failed = Lab.Run(["out-of-fold", .. runs, .. where]);
            Assert.Equal(ExitCodes.Usage, failed.Code);
            Assert.Contains(expected, failed.Error, StringComparison.Ordinal);
        }
    }

    private void Train(string name, params string[] more)
    {
        LabResult result = run.Train(folder["runs"], name, 1, more);
        Assert.True(result.Code == ExitCodes.Done, result.Error);
    }
}
