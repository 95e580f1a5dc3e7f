using System.Runtime.ExceptionServices;

namespace Mien;

/// <summary>Distributes independent work over threads.</summary>
internal static class Concurrent
{
    /// <summary>
    /// Calls a delegate for 0, 1, … count − 1, in any order. Rethrows the first exception itself instead of an
    /// <see cref="AggregateException"/>.
    /// </summary>
    /// <param name="count">The number of calls.</param>
    /// <param name="threads">
    /// The maximum number of threads, including the calling thread. 1 runs on the calling thread in ascending order.
    /// </param>
    /// <param name="work">The delegate; receives the index.</param>
    /// <param name="cancellationToken">Cancels the work between two calls.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
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
