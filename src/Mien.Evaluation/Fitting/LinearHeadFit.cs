using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using MathNet.Numerics.Optimization;

namespace Mien.Evaluation;

/// <summary>
/// Fits a <see cref="LinearHead"/> on features that stay as they are, to target distributions, by L-BFGS (Liu and
/// Nocedal, 1989). The loss is convex, so the result does not depend on the start of the search, only on what the
/// penalties pull towards. Thread-safe.
/// </summary>
internal static class LinearHeadFit
{
    private const int Memory = 10;

    /// <summary>The relative progress below which no new search is begun.</summary>
    private const double MinProgress = 1e-9;

    /// <summary>Fits a head.</summary>
    /// <param name="features">count × width standardised features, row by row; at least one row.</param>
    /// <param name="width">The number of features.</param>
    /// <param name="older">
    /// count × classes older logits, to which the head is added; <c>null</c> if there are none.
    /// </param>
    /// <param name="targets">
    /// count × classes target probabilities; each row sums to 1, or to the image's weight.
    /// </param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="options">Penalties, fitted parts and start; <c>null</c> uses the defaults.</param>
    /// <param name="progress">Receives the number of evaluations of the loss so far; may be <c>null</c>.</param>
    /// <param name="cancellationToken">Cancels the fit between two evaluations.</param>
    /// <returns>The head.</returns>
    /// <exception cref="ArgumentException">The lengths do not match, or a value is not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static LinearHead Fit(
        double[] features,
        int width,
        double[]? older,
        float[] targets,
        int classes,
        LinearHeadFitOptions? options = null,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(targets);
        options ??= new LinearHeadFitOptions();
        LinearHead start = options.Start ?? LinearHead.Unchanged(classes, width);
        var loss = new LinearHeadLoss(features, width, older, targets, start, options);
        double[] gradient = new double[loss.Length];
        LinearHead first = options.SearchFrom ?? start;
        double[] best = loss.Pack(first);
        double lowest = loss.Compute(first, gradient);
        if (!double.IsFinite(lowest))
        {
            throw new ArgumentException("The loss at the start is not finite: a feature, logit or target is not.");
        }

        if (loss.Length == 0 || gradient.Max(Math.Abs) <= options.GradientTolerance)
        {
            return first;
        }

        int evaluations = 0;
        IObjectiveFunction objective = ObjectiveFunction.Gradient(Evaluate);
        var minimizer = new LimitedMemoryBfgsMinimizer(
            options.GradientTolerance,
            parameterTolerance: 1e-12,
            functionProgressTolerance: 1e-12,
            Memory,
            options.MaxIterations
        );
        double before;
        bool isOver;
        do
        {
            before = lowest;
            isOver = Search();
        } while (!isOver && before - lowest > MinProgress * Math.Abs(lowest));

        return loss.Unpack(best);

        // A line search gives up where rounding hides further progress, or after an unlucky step. A new search from the
        // best point shows which: its first step is along the gradient.
        bool Search()
        {
            try
            {
                minimizer.FindMinimum(objective, DenseVector.OfArray(best));
                return true;
            }
            catch (MaximumIterationsException)
            {
                return true;
            }
            catch (OptimizationException) when (evaluations > 0)
            {
                return false;
            }
        }

        (double, Vector<double>) Evaluate(Vector<double> point)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double[] values = point.ToArray();
            double value = loss.Compute(loss.Unpack(values), gradient);
            progress?.Report(++evaluations);
            if (value < lowest)
            {
                (lowest, best) = (value, values);
            }

            return (value, DenseVector.OfArray([.. gradient]));
        }
    }
}
