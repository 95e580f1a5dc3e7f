namespace Mien.Adaptation.Tests;

/// <summary>What cannot be used, what cannot be adapted, and cancellation.</summary>
public sealed class ModelAdapterErrorTests : IDisposable
{
    private static readonly AdaptationOptions Tiny = new() { Model = "tiny" };

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_face_that_cannot_be_used_is_a_row_of_the_report_and_the_rest_goes_on()
    {
        LabelledFace[] faces =
        [
            LabelledFace.FromFile(folder["none.png"], "happy"),
            LabelledFace.FromFile(folder.Write("broken.png", "no image"), "happy"),
            LabelledFace.FromBytes(MadePhotos.Empty().EncodePng(), "happy") with
            {
                Name = "empty",
            },
            LabelledFace.FromBytes(MadePhotos.Group().EncodePng(), "happy") with
            {
                Name = "group",
            },
            LabelledFace.FromBytes(MadePhotos.Single().EncodePng(), "happy") with
            {
                Name = "elsewhere",
                Box = new FaceBox(0, 0, 40, 40),
            },
            .. Good(6),
            LabelledFace.FromCrop(SampleFaces.Crop(Expression.Fear), "surprize") with
            {
                Name = "misspelled",
            },
        ];
        AdaptationReport report = (await ModelAdapter.FitAsync(faces, Tiny)).Report;

        Assert.Equal(6, report.Faces);
        Assert.Equal(
            ["unreadable", "unreadable", "noFace", "severalFaces", "noFace", "unknownLabel"],
            report.Skipped.Select(p => p.Code)
        );
        Assert.Equal(
            [folder["none.png"], folder["broken.png"], "empty", "group", "elsewhere", "misspelled"],
            report.Skipped.Select(p => p.Source)
        );
        Assert.Equal("surprize", report.Skipped[^1].Label);
        Assert.Contains("3 faces were found", report.Skipped[3].Message, StringComparison.Ordinal);
        Assert.Contains("no face was found at the box; 1 was", report.Skipped[4].Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "misspelled: unknown label 'surprize' (the nearest known name is 'surprise'), expected anger, ",
            report.Skipped[^1].Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Too_few_faces_one_label_and_a_class_without_faces_are_wrong_usage()
    {
        LabelledFace[] one = [.. Good(6).Where((f, i) => i % 2 == 0), .. Good(12).Where((f, i) => i % 2 == 0)];

        MienException few = await Fails([.. Good(4), LabelledFace.FromFile(folder["none.png"], "happy")], Tiny);
        Assert.Equal(("tooFewLabels", ErrorKind.BadUsage), (few.Code, few.Kind));
        Assert.Contains("4 labelled faces can be used, expected at least 5", few.Message, StringComparison.Ordinal);
        Assert.Contains("1 could not be used; the first: ", few.Message, StringComparison.Ordinal);
        Assert.Equal("tooFewLabels", (await Fails([], Tiny)).Code);
        Assert.Equal("oneClass", (await Fails(one, Tiny)).Code);
        MienException empty = await Fails(Good(6), Tiny with { Classes = ["wink"] });
        Assert.Equal(("emptyClass", ErrorKind.BadUsage), (empty.Code, empty.Kind));
        Assert.Contains("has the label 'wink'", empty.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Happiness", false, "the label 'Happiness' occurs twice")]
    [InlineData("a\tb", false, "the label 'a?b' holds a control character")]
    [InlineData("12345678901234567890123456789012345678901", false, "expected 1 to 40 characters")]
    [InlineData(" a", false, "expected 1 to 40 characters without leading or trailing spaces")]
    [InlineData("a", true, "there is 1 label, expected 2 to 64")]
    public async Task Labels_that_cannot_be_used_are_refused_before_a_picture_is_read(
        string label,
        bool only,
        string problem
    )
    {
        MienException error = await Fails(Good(6), Tiny with { Classes = [label], Only = only });
        MienException many = await Fails(
            Good(6),
            Tiny with
            {
                Classes = [.. Enumerable.Range(0, 58).Select(i => $"class {i}")],
            }
        );

        Assert.Equal(("badLabels", ErrorKind.BadUsage), (error.Code, error.Kind));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains("there are 65 labels, expected 2 to 64", many.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_that_cannot_be_adapted_are_refused()
    {
        string model = BrightnessModel.Write(folder["old.onnx"]);

        Assert.Equal("noFeatures", (await Fails(Good(6), new AdaptationOptions { Model = model })).Code);
        Assert.Equal("noSuchHead", (await Fails(Good(6), Tiny with { Head = "none" })).Code);
        Assert.Equal("fileNotFound", (await Fails(Good(6), Tiny with { Model = folder["no.onnx"] })).Code);
    }

    [Fact]
    public async Task A_cancelled_adaptation_ends_before_and_between_faces()
    {
        using var before = new CancellationTokenSource();
        await before.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            ModelAdapter.FitAsync(Good(6), Tiny, null, before.Token)
        );

        using var between = new CancellationTokenSource();
        var seen = new List<AdaptationProgress>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            ModelAdapter.FitAsync(
                Good(300),
                Tiny,
                new Immediate(p =>
                {
                    seen.Add(p);
                    between.Cancel();
                }),
                between.Token
            )
        );
        Assert.NotEmpty(seen);
        Assert.DoesNotContain(seen, p => p.Stage == AdaptationStage.Fit);
    }

    [Fact]
    public async Task Progress_counts_the_faces_and_then_the_fit_to_its_end()
    {
        var seen = new List<AdaptationProgress>();
        var gate = new Lock();
        await ModelAdapter.FitAsync(
            Good(6),
            Tiny,
            new Immediate(p =>
            {
                lock (gate)
                {
                    seen.Add(p);
                }
            })
        );

        Assert.Equal(Enumerable.Range(1, 6), seen.Where(p => p.Stage == AdaptationStage.Faces).Select(p => p.Done));
        Assert.Equal(100, seen.Where(p => p.Stage == AdaptationStage.Fit).Max(p => p.Done));
        Assert.Equal(AdaptationStage.Fit, seen[^1].Stage);
    }

    [Fact]
    public async Task Save_replaces_a_file_only_as_a_whole()
    {
        AdaptedModel model = await ModelAdapter.FitAsync(Good(6), Tiny);
        string old = folder.Write("out/mine.onnx", "old");
        Directory.CreateDirectory(folder["dir.onnx"]);
        using (TempFolder.Hold(old))
        {
            // Another run of this process holds it, which is no obstacle; a folder in its place is one.
            Assert.Equal("cannotWrite", Assert.Throws<MienException>(() => model.Save(folder["dir.onnx"])).Code);
        }

        Assert.Equal("old", File.ReadAllText(old));
        model.Save(old);
        using var stream = new MemoryStream();
        model.Write(stream);
        Assert.Equal(stream.ToArray(), File.ReadAllBytes(old));
        Assert.Equal([old], Directory.GetFiles(folder["out"]));
    }

    private static Task<MienException> Fails(LabelledFace[] faces, AdaptationOptions options) =>
        Assert.ThrowsAsync<MienException>(() => ModelAdapter.FitAsync(faces, options));

    /// <summary>Happy and neutral faces by turns.</summary>
    private static LabelledFace[] Good(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => i % 2 == 0 ? Expression.Happiness : Expression.Neutral)
                .Select((e, i) => LabelledFace.FromCrop(VariedFaces.Crop(e, i), e.Name())),
        ];

    private sealed class Immediate(Action<AdaptationProgress> report) : IProgress<AdaptationProgress>
    {
        public void Report(AdaptationProgress value) => report(value);
    }
}
