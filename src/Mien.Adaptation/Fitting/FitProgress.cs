namespace Mien.Adaptation;

/// <summary>Turns finished fits into a share for the caller. Thread-safe.</summary>
internal sealed class FitProgress(IProgress<double>? progress)
{
    private readonly Lock gate = new();
    private int expected;
    private int finished;

    /// <summary>Adds to the number of fits that are expected.</summary>
    public void Expect(int fits)
    {
        lock (gate)
        {
            expected += fits;
        }
    }

    /// <summary>Counts a fit; reports never go down, because they are made one at a time.</summary>
    public void Finish()
    {
        lock (gate)
        {
            finished++;
            progress?.Report(Math.Min(1, finished / (double)Math.Max(1, expected)));
        }
    }
}
