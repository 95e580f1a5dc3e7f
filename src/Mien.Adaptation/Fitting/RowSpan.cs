using System.Numerics.Tensors;

namespace Mien.Adaptation;

/// <summary>
/// An orthonormal basis of the span of a few rows. With an L2 penalty, the weights of a linear layer lie in the span of
/// the rows that it is fitted to (the representer theorem: Kimeldorf and Wahba, 1971), so the fit may use coordinates
/// in this basis instead of all features, with the same result: the basis preserves lengths.
/// </summary>
internal sealed class RowSpan
{
    /// <summary>A row whose part outside the span of the rows before is smaller than this adds nothing.</summary>
    private const double MinRelativeNorm = 1e-9;

    private readonly double[] basis;
    private readonly int width;

    private RowSpan(double[] basis, double[] coordinates, int width, int rank)
    {
        this.basis = basis;
        this.width = width;
        Coordinates = coordinates;
        Rank = rank;
    }

    /// <summary>The number of basis vectors.</summary>
    public int Rank { get; }

    /// <summary>rows × <see cref="Rank"/> coordinates of the rows.</summary>
    public double[] Coordinates { get; }

    /// <summary>Computes the basis by the Gram–Schmidt process, twice for each row, as rounding requires.</summary>
    /// <param name="rows">count × width values.</param>
    /// <param name="width">The number of values per row.</param>
    public static RowSpan Of(double[] rows, int width)
    {
        int count = rows.Length / width;
        double[] basis = new double[Math.Min(count, width) * width];
        double[] coordinates = new double[count * count];
        double[] rest = new double[width];
        int rank = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<double> row = rows.AsSpan(i * width, width);
            row.CopyTo(rest);
            for (int pass = 0; pass < 2; pass++)
            {
                for (int j = 0; j < rank; j++)
                {
                    ReadOnlySpan<double> vector = basis.AsSpan(j * width, width);
                    double part = TensorPrimitives.Dot<double>(vector, rest);
                    coordinates[(i * count) + j] += part;
                    TensorPrimitives.MultiplyAdd(vector, -part, rest, rest);
                }
            }

            double norm = TensorPrimitives.Norm<double>(rest);
            if (rank < width && norm > MinRelativeNorm * TensorPrimitives.Norm(row))
            {
                TensorPrimitives.Divide(rest, norm, basis.AsSpan(rank * width, width));
                coordinates[(i * count) + rank] = norm;
                rank++;
            }
        }

        double[] kept = new double[count * rank];
        for (int i = 0; i < count; i++)
        {
            coordinates.AsSpan(i * count, rank).CopyTo(kept.AsSpan(i * rank));
        }

        return new RowSpan(basis, kept, width, rank);
    }

    /// <summary>Weights on all features from weights on the coordinates.</summary>
    /// <param name="weights">classes × <see cref="Rank"/>.</param>
    /// <param name="classes">The number of classes.</param>
    /// <returns>classes × features.</returns>
    public double[] Expand(double[] weights, int classes)
    {
        double[] result = new double[classes * width];
        for (int c = 0; c < classes; c++)
        {
            Span<double> row = result.AsSpan(c * width, width);
            for (int j = 0; j < Rank; j++)
            {
                TensorPrimitives.MultiplyAdd(basis.AsSpan(j * width, width), weights[(c * Rank) + j], row, row);
            }
        }

        return result;
    }
}
