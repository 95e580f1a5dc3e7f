using Mien.Data;

namespace Mien.Adaptation;

/// <summary>
/// Adapts a model to labelled pictures: a bias, a scale and, with enough labels, a linear layer on its features,
/// pulled towards its old answer. The gain is measured on faces that the measured fits have not seen. Thread-safe.
/// </summary>
public static class ModelAdapter
{
    /// <summary>The minimum number of labelled faces: 5, of at least two labels.</summary>
    public const int MinFaces = AdaptationFit.MinLabels;

    /// <summary>
    /// Reads the pictures, finds and crops their faces as prediction does, and fits. The work is done on the thread
    /// pool. Pictures are not kept: memory grows by a few kilobytes per face. A face that cannot be used does not end
    /// the work: it is in <see cref="AdaptationReport.Skipped"/>.
    /// </summary>
    /// <param name="faces">The labelled faces.</param>
    /// <param name="options">The options; <see langword="null"/> uses the defaults.</param>
    /// <param name="progress">Receives how far the work is, from any thread; may be <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>
    /// The adapted model, also if nothing was gained: see <see cref="AdaptationReport.Gain"/>. The same faces, options
    /// and seed give the same model, whatever the number of threads.
    /// </returns>
    /// <exception cref="MienException">
    /// <c>badLabels</c>: the classes of the options cannot be used. <c>tooFewLabels</c>: fewer than
    /// <see cref="MinFaces"/> faces can be used. <c>oneClass</c>: they have the same label. <c>emptyClass</c>: no face
    /// has a new class. <c>noFeatures</c>, <c>notAdaptable</c>: the model file cannot be adapted. <c>noSuchHead</c>:
    /// the model has no such head. Also the errors of loading a model.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<AdaptedModel> FitAsync(
        IReadOnlyList<LabelledFace> faces,
        AdaptationOptions? options = null,
        IProgress<AdaptationProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(faces);
        options ??= new AdaptationOptions();
        if (faces.Any(f => f is null))
        {
            throw new ArgumentException("A face is null.", nameof(faces));
        }

        return Task.Run(() => FitAsyncCore(faces, options, progress, cancellationToken), cancellationToken);
    }

    /// <summary>The labels that the adapted model of some options has.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="MienException">As for <see cref="FitAsync"/>.</exception>
    internal static LabelNames LabelsOf(AdaptationOptions options)
    {
        using var classifier = ExpressionClassifier.Load(options.Model);
        return LabelsOf(options, classifier.Contract);
    }

    private static LabelNames LabelsOf(AdaptationOptions options, ModelContract contract)
    {
        IReadOnlyList<string> labels = options.Only ? options.Classes : [.. contract.Labels, .. options.Classes];
        return LabelNames.Problem(labels) is { } problem
            ? throw new MienException(
                ErrorKind.BadUsage,
                "badLabels",
                $"These labels cannot be used: {problem}. The model '{contract.Name}' "
                    + (
                        options.Only
                            ? "would have only the classes that are given; give all of them."
                            : $"has {string.Join(", ", contract.Labels)}; give only the classes that it does not have."
                    )
            )
            : new LabelNames(labels);
    }

    private static async Task<AdaptedModel> FitAsyncCore(
        IReadOnlyList<LabelledFace> faces,
        AdaptationOptions options,
        IProgress<AdaptationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        byte[] file = ReadModel(options.Model);
        using var stream = new MemoryStream(file, writable: false);
        using var classifier = ExpressionClassifier.Load(
            stream,
            new ClassifierOptions { Threads = options.Threads, Spinning = false },
            options.Model
        );
        ModelContract contract = classifier.Contract;
        classifier.CheckFeatures();
        var layer = BaseLayer.Of(file, contract, options.Head, options.Model);
        LabelNames names = LabelsOf(options, contract);
        var collected = await new FaceFeatures(classifier, options, names)
            .CollectAsync(faces, progress, cancellationToken)
            .ConfigureAwait(false);
        AdaptationSamples samples = collected.Samples;
        Check(samples, collected.Skipped, options);
        AdaptationResult result = AdaptationFit.Run(
            samples,
            new AdaptationFitOptions
            {
                OnePerson = options.OnePerson,
                Seed = options.Seed,
                WithLearningCurve = options.LearningCurve,
                Threads = options.Threads,
            },
            progress is null
                ? null
                : new FitShare(s => progress.Report(new AdaptationProgress(AdaptationStage.Fit, (int)(s * 100), 100))),
            cancellationToken
        );
        (float[] weights, float[] bias) = layer.Fold(result.Layer, samples.BaseColumns);
        AdaptationReport report = ReportBuilder.Build(result, collected, contract, options);
        ModelContract adapted = AdaptedModelFile.ContractOf(
            contract,
            report.Model,
            samples.Labels,
            result.Temperature,
            result.UncertainBelow ?? contract.SelectHead(options.Head).UncertainBelow,
            ReportBuilder.Provenance(report, contract, file),
            samples.FeatureCount
        );
        cancellationToken.ThrowIfCancellationRequested();
        byte[] bytes = AdaptedModelFile.Write(file, options.Model, weights, bias, result.Guard, adapted);
        progress?.Report(new AdaptationProgress(AdaptationStage.Fit, 100, 100));
        using var written = new MemoryStream(bytes, writable: false);
        using var loaded = ExpressionClassifier.Load(written, new ClassifierOptions { Threads = 1 }, report.Model);
        return new AdaptedModel(bytes, loaded.Contract, report);
    }

    private static byte[] ReadModel(string model)
    {
        if (!BuiltInModels.Names.Contains(model))
        {
            return InputFile.Read(model, "model", Array.MaxLength);
        }

        using Stream stream = BuiltInModels.Open(model);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static void Check(
        AdaptationSamples samples,
        IReadOnlyList<AdaptationProblem> skipped,
        AdaptationOptions options
    )
    {
        string causes = skipped.Count == 0 ? "" : $" {Unusable(skipped)}";
        if (samples.Count < MinFaces)
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "tooFewLabels",
                $"{samples.Count} labelled {(samples.Count == 1 ? "face" : "faces")} can be used, expected at least "
                    + $"{MinFaces} of at least two labels; 20 to 50 are a good start. Label more pictures.{causes}"
            );
        }

        int[] counts = new int[samples.Labels.Count];
        foreach (int target in samples.Targets)
        {
            counts[target]++;
        }

        if (counts.Count(c => c > 0) == 1)
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "oneClass",
                $"All {samples.Count} faces have the label '{samples.Labels[samples.Targets[0]]}', expected at least "
                    + $"two labels. Label pictures of other expressions too.{causes}"
            );
        }

        // Nothing is known of a class of one's own without a face.
        string[] empty =
        [
            .. samples.Labels.Where((l, i) => counts[i] == 0 && (samples.BaseColumns[i] < 0 || options.Only)),
        ];
        if (empty.Length > 0)
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "emptyClass",
                $"No face can be used that has the label {string.Join(" or ", empty.Select(e => $"'{e}'"))}. Label "
                    + $"pictures of it, or leave the class out.{causes}"
            );
        }
    }

    private static string Unusable(IReadOnlyList<AdaptationProblem> skipped) =>
        $"{skipped.Count} could not be used; the first: {skipped[0].Message.TrimEnd('.')}.";

    private sealed class FitShare(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(Math.Clamp(value, 0, 1));
    }
}
