using System.Runtime.ExceptionServices;

namespace Mien;

/// <summary>Shares independent work out among threads.</summary>
internal static class Concurrent
{
    /// <summary>
    /// Does something for 0, 1, … count − 1, in any order; an exception comes as it was thrown, not wrapped.
    /// </summary>
    /// <param name="count">How often.</param>
    /// <param name="threads">The most threads, the calling one included; 1 keeps to that and to the order.</param>
    /// <param name="work">What.</param>
    /// <param name="cancellationToken">Ends the work between two of them.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void For(int count, int threads, Action<int> work, CancellationToken cancellationToken)
    {
        if (threads == 1 || count < 2)
        {
            for (int i = 0; i < count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                work(i);
            }

            return;
        }

        try
        {
            Parallel.For(
                0,
                count,
                new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken },
                work
            );
        }
        catch (AggregateException e) when (e.InnerExceptions.Count > 0)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}
