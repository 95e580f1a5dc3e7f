using System.Globalization;

namespace Mien;

/// <summary>What a network says about one face: a probability an expression. Immutable and thread-safe.</summary>
public sealed class ExpressionResult
{
    private readonly float[] probabilities;

    /// <summary>Creates a result from seven probabilities, which are copied.</summary>
    /// <param name="probabilities">Seven numbers 0..1 in the order of <see cref="Expression"/>.</param>
    /// <exception cref="ArgumentException">There are not exactly seven.</exception>
    public ExpressionResult(ReadOnlySpan<float> probabilities)
    {
        if (probabilities.Length != Expressions.Count)
        {
            throw new ArgumentException(
                $"Expected {Expressions.Count} probabilities, got {probabilities.Length}.",
                nameof(probabilities)
            );
        }

        this.probabilities = probabilities.ToArray();
        int top = 0;
        for (int i = 1; i < probabilities.Length; i++)
        {
            top = probabilities[i] > probabilities[top] ? i : top;
        }

        Top = (Expression)top;
    }

    /// <summary>
    /// The seven probabilities, 0..1 and summing to 1 (up to rounding), in the order of <see cref="Expression"/>.
    /// </summary>
    public IReadOnlyList<float> Probabilities => probabilities;

    /// <summary>The most probable expression; of equal ones the first.</summary>
    public Expression Top { get; }

    /// <summary>The probability of <see cref="Top"/>, 0..1.</summary>
    public float Confidence => probabilities[(int)Top];

    /// <summary>The probability of one expression, 0..1.</summary>
    /// <param name="expression">One of the seven.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="expression"/> is none of the seven.</exception>
    public float this[Expression expression] =>
        (uint)expression < Expressions.Count
            ? probabilities[(int)expression]
            : throw new ArgumentOutOfRangeException(
                nameof(expression),
                expression,
                "Expected one of the seven expressions."
            );

    /// <summary>The top expression and its probability, such as <c>happiness 93.1 %</c>.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Top.Name()} {Confidence * 100:0.0} %");
}
