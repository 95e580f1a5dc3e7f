using System.Text.Json;

namespace Mien.Adaptation.Tests;

/// <summary>The facade on made faces and the smallest model.</summary>
public sealed class ModelAdapterTests : IDisposable
{
    private static void AssertNoted(AdaptedModel model, string beginning) =>
        Assert.Contains(model.Report.Notes, n => n.StartsWith(beginning, StringComparison.Ordinal));

    private static readonly AdaptationOptions Tiny = new() { Model = "tiny" };

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_model_learns_labels_that_the_old_one_gets_wrong_and_the_file_gives_what_was_promised()
    {
        // Labelled by someone who never sees fear, disgust or sadness.
        LabelledFace[] faces = Merged(6);
        AdaptedModel model = await ModelAdapter.FitAsync(faces, Tiny);
        model.Save(folder["mine.onnx"]);
        using var before = ExpressionClassifier.Load("tiny");
        using var after = ExpressionClassifier.Load(folder["mine.onnx"]);
        AdaptationGain gain = model.Report.Gain!;

        Assert.Equal(Accuracy(before, faces), gain.Before.Value, 6);
        Assert.True(gain.Difference.Value > 0.1, $"gain {gain.Difference}");
        Assert.True(Accuracy(after, faces) >= gain.After.Value - 0.1);
        Assert.Equal((faces.Length, faces.Length), (gain.Faces, model.Report.Faces));
        Assert.Equal(gain.After.Value, gain.ConfusionAfter.Select((r, i) => r[i]).Sum() / (double)gain.Faces, 6);
        Assert.Equal(Expressions.Names, after.Contract.Labels);
        Assert.Null(after.Contract.Heads);
        Assert.Equal("tiny-adapted", after.Contract.Name);
        Assert.Equal(("tiny", faces.Length), (Provenance(after).BaseModel, Provenance(after).Labels.Values.Sum()));
        Assert.Equal(gain.After, Provenance(after).Measured!.After);
        Assert.Equal(model.ToBytes(), File.ReadAllBytes(folder["mine.onnx"]));
        JsonElement json = JsonDocument.Parse(model.Report.ToJson()).RootElement;
        Assert.Equal(gain.After.Value, json.GetProperty("gain").GetProperty("after").GetProperty("value").GetDouble());
        Assert.Equal("Picture", json.GetProperty("groupKind").GetString());
    }

    [Fact]
    public async Task A_recognizer_uses_the_file_and_the_faces_of_the_adaptation_are_not_unlike_it()
    {
        AdaptedModel model = await ModelAdapter.FitAsync(Merged(6), Tiny with { Name = "mine" });
        model.Save(folder["mine.onnx"]);
        using var recognizer = FaceExpressionRecognizer.Create(new RecognizerOptions { Model = folder["mine.onnx"] });
        RecognitionResult photo = recognizer.Recognize(MadePhotos.Photo(MadePhotos.Single()));
        RecognitionResult crop = recognizer.Recognize(VariedFaces.Crop(Expression.Happiness, 99).EncodePng());

        Assert.Equal("mine", recognizer.Contract.Name);
        Assert.Single(photo.Faces);
        Assert.DoesNotContain(UncertainReason.UnlikeTrainingFaces, Assert.Single(crop.Faces).UncertainReasons);
    }

    [Fact]
    public async Task The_same_faces_give_the_same_model_whatever_the_number_of_threads()
    {
        AdaptedModel one = await ModelAdapter.FitAsync(Merged(2), Tiny with { Threads = 1 });
        AdaptedModel two = await ModelAdapter.FitAsync(Merged(2), Tiny with { Threads = 2 });

        Assert.Equal(one.ToBytes(), two.ToBytes());
        Assert.Equal(one.Report.ToJson(), two.Report.ToJson());
    }

    [Fact]
    public async Task Classes_of_ones_own_come_beside_the_seven_or_instead_of_them()
    {
        LabelledFace[] faces =
        [
            .. Enumerable.Range(0, 8).Select(i => Face(Expression.Happiness, i, "happy")),
            .. Enumerable.Range(0, 8).Select(i => Face(Expression.Disgust, i, "Wink")),
        ];
        AdaptedModel beside = await ModelAdapter.FitAsync(faces, Tiny with { Classes = ["wink"] });
        LabelledFace[] two = [.. faces.Where((f, i) => i >= 8), .. Others("calm", Expression.Neutral)];
        AdaptedModel instead = await ModelAdapter.FitAsync(two, Tiny with { Classes = ["wink", "calm"], Only = true });
        using ExpressionClassifier classifier = beside.Load();
        using ExpressionClassifier only = instead.Load();
        ExpressionResult wink = classifier.Classify(VariedFaces.Crop(Expression.Disgust, 50));

        Assert.Equal([.. Expressions.Names, "wink"], beside.Contract.Labels);
        Assert.Equal("wink", wink.Label);
        Assert.Equal(1, wink.LabelScores.Values.Sum(), 4);
        Assert.Equal(new Dictionary<string, string> { ["happy"] = "happiness" }, beside.Report.Spellings);
        Assert.Equal(["wink", "calm"], only.Contract.Labels);
        Assert.True(instead.Report.Gain!.IsAgainstMostFrequentLabel);
        Assert.Equal("calm", only.Classify(VariedFaces.Crop(Expression.Neutral, 50)).Label);
        Assert.Equal("wink", only.Classify(VariedFaces.Crop(Expression.Disgust, 50)).Label);

        static IEnumerable<LabelledFace> Others(string label, Expression expression) =>
            Enumerable.Range(0, 8).Select(i => Face(expression, i, label));
    }

    [Fact]
    public async Task An_adapted_model_can_be_adapted_again_with_its_own_classes()
    {
        LabelledFace[] faces =
        [
            .. Merged(3),
            .. Enumerable.Range(0, 6).Select(i => Face(Expression.Disgust, 100 + i, "wink")),
        ];
        AdaptedModel first = await ModelAdapter.FitAsync(faces, Tiny with { Classes = ["wink"], Name = "first" });
        first.Save(folder["first.onnx"]);
        AdaptedModel second = await ModelAdapter.FitAsync(
            faces,
            new AdaptationOptions { Model = folder["first.onnx"], Name = "second" }
        );

        Assert.Equal(first.Contract.Labels, second.Contract.Labels);
        Assert.Equal(("first", null), (second.Contract.Adaptation!.BaseModel, second.Contract.Adaptation.BaseHead));
        Assert.NotEqual(first.Contract.Adaptation!.BaseSha256, second.Contract.Adaptation.BaseSha256);
        Assert.True(second.Report.Gain!.Before.Value >= first.Report.Gain!.After.Value - 0.15);
        AssertNoted(first, "tiny has no label wink, so all faces with a label of your own count as wrong before");
        AssertNoted(second, "first is an adapted model. If it was adapted to some of these faces, both accuracies");
        Assert.DoesNotContain(first.Report.Notes, n => n.Contains("is an adapted model", StringComparison.Ordinal));
        Assert.DoesNotContain(second.Report.Notes, n => n.Contains("has no label", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_person_is_not_measured_and_the_missing_expressions_are_named()
    {
        LabelledFace[] faces =
        [
            .. Enum.GetValues<Expression>()
                .Where(e => e is not (Expression.Fear or Expression.Disgust))
                .Select(e => Face(e, 1, e.Name())),
        ];
        AdaptedModel model = await ModelAdapter.FitAsync(faces, Tiny with { OnePerson = true });

        Assert.Null(model.Report.Gain);
        Assert.NotNull(model.Report.NotMeasured);
        Assert.Equal(["disgust", "fear"], model.Report.MissingLabels);
        Assert.Contains("Missing expressions: disgust, fear. A picture of each would help.", model.Report.Notes);
        Assert.Contains(model.Report.Notes, n => n.StartsWith("The gain was not measured: ", StringComparison.Ordinal));
        Assert.Null(model.Contract.Adaptation!.Measured);
        Assert.DoesNotContain(model.Report.Notes, n => n.Contains("is meant for", StringComparison.Ordinal));

        AdaptedModel many = await ModelAdapter.FitAsync(
            [.. Enumerable.Range(0, 3).SelectMany(i => Enum.GetValues<Expression>().Select(e => Face(e, i, e.Name())))],
            Tiny with
            {
                OnePerson = true,
            }
        );
        AssertNoted(many, "Adapting to one person is meant for about one picture per expression, and there are 21.");
    }

    [Fact]
    public async Task Persons_groups_and_identical_faces_are_kept_together()
    {
        LabelledFace[] persons =
        [
            .. Merged(4).Select((f, i) => f with { Person = $"p{i % 4}" }),
            Face(Expression.Happiness, 0, "happiness") with
            {
                Person = "p4",
            },
        ];
        AdaptationReport known = (await ModelAdapter.FitAsync(persons, Tiny)).Report;
        AdaptationReport mixed = (
            await ModelAdapter.FitAsync([.. persons.Select((f, i) => i == 0 ? f with { Person = null } : f)], Tiny)
        ).Report;

        // The last face is that of one of the first four.
        Assert.Equal((AdaptationGroupKind.Person, 4, 1), (known.GroupKind, known.Groups, known.IdenticalFaces));
        Assert.Equal(4, known.Gain!.Groups);
        Assert.Equal(AdaptationGroupKind.Picture, mixed.GroupKind);
        Assert.Contains(known.Notes, n => n.StartsWith("1 face is identical to another one", StringComparison.Ordinal));
        Assert.Contains(mixed.Notes, n => n.Contains("who is on them", StringComparison.Ordinal));
        Assert.DoesNotContain(known.Notes, n => n.Contains("who is on them", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pictures_are_read_from_files_bytes_photos_and_crops_as_prediction_reads_them()
    {
        byte[] single = MadePhotos.Single().EncodePng();
        using Photo photo = MadePhotos.Photo(MadePhotos.Single());
        (Expression expression, int x, int y, int side) = MadePhotos.GroupFaces[1];
        LabelledFace[] faces =
        [
            LabelledFace.FromFile(folder.Write("single.png", single), "happiness"),
            LabelledFace.FromBytes(single, "happiness"),
            LabelledFace.FromPhoto(photo, "happiness"),
            LabelledFace.FromBytes(MadePhotos.Group().EncodePng(), expression.Name()) with
            {
                Box = new FaceBox(x, y, side, side),
            },
            LabelledFace.FromCrop(SampleFaces.Face(Expression.Sadness), "sadness"),
            LabelledFace.FromBytes(SampleFaces.CropFile(Expression.Neutral), "neutral"),
        ];
        AdaptationReport report = (await ModelAdapter.FitAsync(faces, Tiny)).Report;

        Assert.Empty(report.Skipped);
        Assert.Equal((6, 2), (report.Faces, report.IdenticalFaces)); // the same photo three times
    }

    private static ModelAdaptation Provenance(ExpressionClassifier classifier) => classifier.Contract.Adaptation!;

    private static double Accuracy(ExpressionClassifier classifier, LabelledFace[] faces) =>
        faces.Count(f => classifier.Classify(f.Crop!).Label == f.Label) / (double)faces.Length;

    private static LabelledFace Face(Expression expression, int variant, string label) =>
        LabelledFace.FromCrop(VariedFaces.Crop(expression, variant), label) with
        {
            Name = $"{expression.Name()} {variant}",
        };

    /// <summary>Varied faces of all expressions with four labels only, which a bias can learn.</summary>
    private static LabelledFace[] Merged(int count) =>
        [
            .. Enum.GetValues<Expression>()
                .SelectMany(e =>
                    Enumerable
                        .Range(0, count)
                        .Select(i =>
                            Face(
                                e,
                                i,
                                (
                                    e switch
                                    {
                                        Expression.Fear => Expression.Surprise,
                                        Expression.Disgust => Expression.Anger,
                                        Expression.Sadness => Expression.Neutral,
                                        _ => e,
                                    }
                                ).Name()
                            )
                        )
                ),
        ];
}
