namespace Mien.Adaptation;

/// <summary>
/// Fits a head to labelled faces, pulled towards the old answer, and measures it on faces that the measured fit has not
/// seen. Deterministic for a seed, whatever the number of threads. Thread-safe.
/// </summary>
internal static class AdaptationFit
{
    /// <summary>The minimum number of labelled faces.</summary>
    public const int MinLabels = 5;

    /// <summary>Chooses the pull, fits on all faces, calibrates, and sets the guard.</summary>
    /// <param name="samples">The labelled faces.</param>
    /// <param name="options">The options; <c>null</c> uses the defaults.</param>
    /// <param name="progress">Receives the finished share, 0..1, from any thread; may be <c>null</c>.</param>
    /// <param name="cancellationToken">Cancels between two evaluations of the loss.</param>
    /// <returns>The layer and what was measured.</returns>
    /// <exception cref="MienException">
    /// <c>tooFewLabels</c>: there are fewer than <see cref="MinLabels"/> faces. <c>oneClass</c>: all faces have the
    /// same label.
    /// </exception>
    /// <exception cref="ArgumentException">The samples do not match each other, or a value is not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static AdaptationResult Run(
        AdaptationSamples samples,
        AdaptationFitOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(samples);
        options ??= new AdaptationFitOptions();
        SampleCheck.Check(samples);
        cancellationToken.ThrowIfCancellationRequested();
        int[] groups = SampleGroups.Merge(samples);
        var steps = new FitProgress(progress);
        NotMeasuredReason? notMeasured =
            options.OnePerson ? NotMeasuredReason.OnePerson
            : groups.Max() == 0 ? NotMeasuredReason.OneGroup
            : null;
        return notMeasured is { } reason
            ? Unmeasured(samples, options, reason, steps, cancellationToken)
            : Measured(samples, options, groups, steps, cancellationToken);
    }

    private static AdaptationResult Unmeasured(
        AdaptationSamples samples,
        AdaptationFitOptions options,
        NotMeasuredReason reason,
        FitProgress steps,
        CancellationToken cancellationToken
    )
    {
        steps.Expect(1);
        Pull pull = PullLadder.Default(samples, options);

        // Only the guard's threshold needs folds: at most ten, of single pictures.
        int[] faces = [.. Enumerable.Range(0, samples.Count)];
        int[] folds = GroupedFolds.Deal(samples.Targets, faces, samples.Labels.Count, options.MaxFolds, options.Seed);
        return new AdaptationResult
        {
            Layer = Final(samples, options, pull, steps, cancellationToken),
            Pull = pull,
            Temperature = 1,
            UncertainBelow = null,
            Guard = GuardFit.Fit(samples, folds, options.MinPerCentre),
            NotMeasured = reason,
        };
    }

    private static AdaptationResult Measured(
        AdaptationSamples samples,
        AdaptationFitOptions options,
        int[] groups,
        FitProgress steps,
        CancellationToken cancellationToken
    )
    {
        int classes = samples.Labels.Count;
        IReadOnlyList<Pull> pulls = PullLadder.Of(samples, options);
        bool isHeldOut = samples.Count > options.MaxCrossValidated;
        int maxFolds =
            isHeldOut ? HeldOutValidation.Folds
            : samples.Count > options.MaxWithAllFolds ? Math.Min(options.MaxFolds, HeldOutValidation.Folds)
            : options.MaxFolds;
        int[] folds = GroupedFolds.Deal(samples.Targets, groups, classes, maxFolds, options.Seed);
        OutOfFold measured = isHeldOut
            ? HeldOutValidation.Run(samples, pulls, folds, groups, options, steps, cancellationToken)
            : new NestedValidation(samples, options, groups).Run(
                pulls,
                PullLadder.Default(samples, options),
                folds,
                steps,
                cancellationToken
            );
        int[] targets = [.. measured.Rows.Select(i => samples.Targets[i])];
        double temperature = ShrunkCalibration.Temperature(measured.Logits, targets, classes);
        AdaptationEstimate estimate = new EstimateBuilder(samples, groups, measured).Build(
            isHeldOut ? EstimateKind.HeldOut : EstimateKind.CrossValidated,
            folds,
            temperature
        );
        int[] guardFolds = isHeldOut ? Array.ConvertAll(folds, f => f == 0 ? 0 : -1) : folds;
        IReadOnlyList<LearningCurvePoint> curve = options.WithLearningCurve
            ? new LearningCurve(samples, options, groups).Run(
                folds,
                measured.Folds,
                measured.Pull,
                steps,
                cancellationToken
            )
            : [];
        if (options.WithLearningCurve)
        {
            curve = [.. curve, new LearningCurvePoint(samples.Count, estimate.After.Accuracy, 0, 1)];
        }

        return new AdaptationResult
        {
            Layer = Final(samples, options, measured.Pull, steps, cancellationToken),
            Pull = measured.Pull,
            Temperature = (float)temperature,
            UncertainBelow = ShrunkCalibration.Threshold(estimate.ProbabilitiesAfter, targets, classes),
            Guard = GuardFit.Fit(samples, guardFolds, options.MinPerCentre),
            Estimate = estimate,
            LearningCurve = curve,
        };
    }

    private static AdaptedLayer Final(
        AdaptationSamples samples,
        AdaptationFitOptions options,
        Pull pull,
        FitProgress steps,
        CancellationToken cancellationToken
    )
    {
        int threads = options.Threads > 0 ? options.Threads : -1;
        int[] all = [.. Enumerable.Range(0, samples.Count)];
        FittedLayer layer = LayerFit.Fit(samples, all, [pull], threads, steps.Finish, cancellationToken)[0];
        return layer.Round(samples.FeatureCount, samples.HasBase);
    }
}
