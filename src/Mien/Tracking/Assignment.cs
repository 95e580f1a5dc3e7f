namespace Mien;

/// <summary>
/// Assigns rows to columns so that the sum of the costs is the least possible (the Hungarian method with shortest
/// augmenting paths). A greedy choice, the best pair first, fails where faces cross: the best single pair may leave the
/// other face no partner but a wrong one. Deterministic.
/// </summary>
internal static class Assignment
{
    /// <summary>Finds the best assignment, in which rows and columns may stay alone.</summary>
    /// <param name="costs">[row, column]; infinite if the pair is impossible.</param>
    /// <param name="alone">What a row costs that stays alone; pairs that cost more are not made.</param>
    /// <returns>The column of each row; −1 if it stays alone.</returns>
    public static int[] Solve(double[,] costs, double alone)
    {
        int rows = costs.GetLength(0),
            columns = costs.GetLength(1);

        // One further column for each row, so that it may stay alone.
        int all = columns + rows;
        double[] rowPrice = new double[rows + 1],
            columnPrice = new double[all + 1];
        int[] owner = new int[all + 1],
            from = new int[all + 1];
        for (int row = 1; row <= rows; row++)
        {
            owner[0] = row;
            int column = 0;
            double[] least = new double[all + 1];
            bool[] used = new bool[all + 1];
            Array.Fill(least, double.PositiveInfinity);
            do
            {
                used[column] = true;
                int current = owner[column],
                    next = 0;
                double step = double.PositiveInfinity;
                for (int c = 1; c <= all; c++)
                {
                    if (used[c])
                    {
                        continue;
                    }

                    double cost = Cost(current - 1, c - 1) - rowPrice[current] - columnPrice[c];
                    if (cost < least[c])
                    {
                        least[c] = cost;
                        from[c] = column;
                    }

                    if (least[c] < step)
                    {
                        step = least[c];
                        next = c;
                    }
                }

                for (int c = 0; c <= all; c++)
                {
                    if (used[c])
                    {
                        rowPrice[owner[c]] += step;
                        columnPrice[c] -= step;
                    }
                    else
                    {
                        least[c] -= step;
                    }
                }

                column = next;
            } while (owner[column] != 0);

            for (; column != 0; column = from[column])
            {
                owner[column] = owner[from[column]];
            }
        }

        int[] result = new int[rows];
        Array.Fill(result, -1);
        for (int c = 1; c <= columns; c++)
        {
            if (owner[c] != 0)
            {
                result[owner[c] - 1] = c - 1;
            }
        }

        return result;

        // Large instead of infinite, so that the prices stay numbers. A row can always stay alone, so a pair at this
        // price is never made.
        double Cost(int row, int column) =>
            column >= columns ? (column - columns == row ? alone : Impossible)
            : costs[row, column] > alone ? Impossible
            : costs[row, column];
    }

    private const double Impossible = 1e9;
}
