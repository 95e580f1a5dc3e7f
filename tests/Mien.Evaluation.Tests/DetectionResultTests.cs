using System.Text.Json;
using Mien.Data;

namespace Mien.Evaluation.Tests;

public class DetectionResultTests
{
    private static readonly ModelContract Model = Made.Contract(8, 1);

    [Fact]
    public void Without_a_box_the_largest_face_is_chosen_and_with_one_the_face_that_overlaps_it_most()
    {
        RecognizedFace small = Face(new FaceBox(0, 0, 10, 10), Expression.Fear);
        RecognizedFace large = Face(new FaceBox(100, 0, 20, 20), Expression.Anger);
        RecognizedFace twin = Face(new FaceBox(200, 0, 20, 20), Expression.Anger);

        Assert.Null(FaceChoice.Choose([], null));
        Assert.Null(FaceChoice.Choose([], new FaceBox(0, 0, 10, 10)));
        Assert.Same(large, FaceChoice.Choose([small, large, twin], null));
        Assert.Same(small, FaceChoice.Choose([small, large], new FaceBox(2, 0, 10, 10)));

        // Of 10×10 pixels, moved by 5: 50 of 150 are shared, a third. Moved by 6: 40 of 160, a quarter.
        Assert.Same(small, FaceChoice.Choose([small, large], new FaceBox(5, 0, 10, 10)));
        Assert.Null(FaceChoice.Choose([small, large], new FaceBox(6, 0, 10, 10)));
    }

    [Fact]
    public void Missed_faces_are_wrong_and_failed_photos_are_in_no_figure()
    {
        // Of 4 happy faces 2 are classified correctly, 1 is called fear and 1 is missed; 1 neutral face is missed.
        var result = DetectionResult.Compute(
            [
                Found(Expression.Happiness, Expression.Happiness),
                Found(Expression.Happiness, Expression.Happiness),
                Found(Expression.Happiness, Expression.Fear),
                new PhotoPrediction(new LabelledPhoto("m", "happiness"), Result()),
                new PhotoPrediction(
                    new LabelledPhoto("n", "neutral") { Box = new FaceBox(500, 0, 10, 10) },
                    Result(Face(new FaceBox(0, 0, 10, 10), Expression.Neutral))
                ),
                new PhotoPrediction(new LabelledPhoto("f", "anger"), Failed()),
            ],
            Model
        );

        Assert.Equal((5, 3, 2, 1, 2), (result.Count, result.Found, result.Missed, result.Failed, result.Correct));
        Assert.Equal((0.4, 0.4), (result.Accuracy, result.MissedShare));
        Assert.Equal(Interval.Wilson(2, 5), result.AccuracyInterval);
        Assert.Equal(2 / 3.0, result.OfFound!.Accuracy, 12);
        DetectionClassResult happy = result.PerClass[(int)Expression.Happiness];
        Assert.Equal((4, 3, 1, 2), (happy.Support, happy.Found, happy.Missed, happy.Correct));
        Assert.Equal(0.5, happy.Accuracy);
        Assert.Equal(2 / 3.0, happy.AccuracyOfFound, 12);
        Assert.Equal(Interval.Wilson(2, 4), happy.AccuracyInterval);
        Assert.Equal(Interval.Wilson(2, 3), happy.AccuracyOfFoundInterval);
        Assert.Equal((1, 1, 0.0), Of(result.PerClass[(int)Expression.Neutral]));
        Assert.Equal((0, 0, 0.0), Of(result.PerClass[(int)Expression.Anger]));
        Assert.Equal(1, result.Confusion[Expression.Happiness, Expression.Fear]);

        static (int, int, double) Of(DetectionClassResult c) => (c.Support, c.Missed, c.Accuracy);
    }

    [Fact]
    public void Probabilities_are_in_the_order_of_the_expressions_whatever_the_labels_of_the_model()
    {
        string[] labels = ["happy", "sad", "neutral", "anger", "fear", "disgust", "surprise"];
        var scores = new LabelScores(labels, [0.4f, 0.1f, 0.2f, 0.05f, 0.06f, 0.07f, 0.12f]);
        var face = new RecognizedFace(new FaceBox(0, 0, 1, 1), new ExpressionResult(scores), Sharp, []);

        Assert.Equal(
            [0.05f, 0.07f, 0.06f, 0.4f, 0.1f, 0.12f, 0.2f],
            DetectionResult.Probabilities(face, Expressions.Names)
        );
    }

    [Fact]
    public void If_no_face_is_found_there_are_no_figures_of_found_faces()
    {
        var result = DetectionResult.Compute(
            [new PhotoPrediction(new LabelledPhoto("m", "happiness"), Result())],
            Model
        );
        var report = new DetectionReport
        {
            Model = "m",
            Data = "d",
            Split = "all",
            Head = null,
            Detector = DetectorModel.Back,
            Detection = DetectionOptions.Default,
            Result = result,
            Photos = 1,
            SkippedRows = 2,
            Errors = [],
        };
        JsonElement json = JsonDocument.Parse(report.ToJson()).RootElement;

        Assert.Null(result.OfFound);
        Assert.Equal((1, 1.0, 0.0), (result.Missed, result.MissedShare, result.Accuracy));
        Assert.Equal(JsonValueKind.Null, json.GetProperty("accuracyOfFound").ValueKind);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("neutralCalledSadInterval").ValueKind);
        Assert.Equal(2, json.GetProperty("skippedRows").GetInt32());
        Assert.Equal("0.3", json.GetProperty("minOverlap").GetRawText());
    }

    [Fact]
    public void Without_a_photo_that_could_be_read_and_with_too_many_labels_there_is_nothing_to_compute()
    {
        PhotoPrediction[] failed = [new(new LabelledPhoto("f", "anger"), Failed())];
        ModelContract other = Model with { Labels = [.. Enumerable.Range(0, 257).Select(i => $"label {i}")] };

        Assert.Equal("noImages", Assert.Throws<MienException>(() => DetectionResult.Compute(failed, Model)).Code);
        Assert.Equal("otherLabels", Assert.Throws<MienException>(() => DetectionResult.Compute(failed, other)).Code);
    }

    [Fact]
    public void A_model_with_labels_of_its_own_is_evaluated_on_these()
    {
        string[] labels = ["happiness", "wink", "no"];
        PhotoPrediction[] photos = [Of("wink", 0.1f, 0.8f, 0.1f), Of("no", 0.6f, 0.1f, 0.3f), Of("wink")];
        var result = DetectionResult.Compute(photos, Model with { Labels = labels });

        Assert.Equal((3, 1, 1), (result.Count, result.Missed, result.Correct));
        Assert.Equal(labels, result.Confusion.Labels);
        Assert.Equal(labels, result.PerClass.Select(c => c.Label));
        Assert.Equal((1, 1), (result.Confusion[1, 1], result.Confusion[2, 0]));
        Assert.Equal((2, 1, 0.5), (result.PerClass[1].Support, result.PerClass[1].Missed, result.PerClass[1].Accuracy));
        Assert.False(result.HasNeutralAndSad);

        PhotoPrediction Of(string label, params float[] scores) =>
            new(
                new LabelledPhoto("p", label),
                scores is []
                    ? Result()
                    : Result(
                        new RecognizedFace(
                            new FaceBox(0, 0, 10, 10),
                            new ExpressionResult(new LabelScores(labels, scores)),
                            Sharp,
                            []
                        )
                    )
            );
    }

    private static FaceQuality Sharp { get; } = new(100, 1, 50, false, 0);

    private static PhotoPrediction Found(Expression label, Expression predicted) =>
        new(new LabelledPhoto("p", label.Name()), Result(Face(new FaceBox(0, 0, 10, 10), predicted)));

    private static RecognitionResult Result(params RecognizedFace[] faces) => new("p", 100, 100, faces);

    private static RecognitionResult Failed() =>
        RecognitionResult.Failed("f", new MienException(ErrorKind.BadInput, "notAnImage", "f: is no image."));

    private static RecognizedFace Face(FaceBox box, Expression predicted)
    {
        float[] scores = [.. Enum.GetValues<Expression>().Select(e => e == predicted ? 0.4f : 0.1f)];
        return new RecognizedFace(box, new ExpressionResult(new LabelScores(Expressions.Names, scores)), Sharp, []);
    }
}
