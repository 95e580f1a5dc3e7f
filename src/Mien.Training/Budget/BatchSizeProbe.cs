using System.Globalization;
using System.Runtime.InteropServices;

namespace Mien.Training;

/// <summary>Finds a batch size that fits into memory, after a training ran out of it.</summary>
internal static class BatchSizeProbe
{
    private const int MinBatchSize = 2;

    private static readonly string[] Signs =
    [
        "out of memory", // CUDA's allocator, and Windows
        "can't allocate memory", // the CPU's allocator
        "not enough memory",
        "STATUS_ALLOC_FAILED", // cuBLAS and cuDNN
    ];

    /// <summary>Whether an exception means that memory ran out.</summary>
    /// <param name="error">An exception of a training.</param>
    public static bool IsOutOfMemory(Exception error)
    {
        for (Exception? e = error; e is not null; e = e.InnerException)
        {
            if (
                e is OutOfMemoryException
                || (e is ExternalException && Signs.Any(s => e.Message.Contains(s, StringComparison.OrdinalIgnoreCase)))
            )
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Halves a batch size until one step fits.</summary>
    /// <param name="batchSize">The batch size that does not fit.</param>
    /// <param name="tryStep">Trains one step with a batch size.</param>
    /// <returns>The first batch size that fits; <c>null</c> if none does.</returns>
    public static int? Fitting(int batchSize, Action<int> tryStep)
    {
        ArgumentNullException.ThrowIfNull(tryStep);
        for (int size = batchSize / 2; size >= MinBatchSize; size /= 2)
        {
            try
            {
                tryStep(size);
                return size;
            }
            catch (Exception e) when (IsOutOfMemory(e))
            {
                // Half of it is tried next.
            }
        }

        return null;
    }

    /// <summary>Trains one step in a folder that is deleted again.</summary>
    /// <param name="recipe">The recipe, with the batch size to try.</param>
    /// <param name="create">Creates the trainer of a recipe in a run folder.</param>
    public static void TryStep(TrainingRecipe recipe, Func<TrainingRecipe, RunFolder, Trainer> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mien-batch-");
        try
        {
            using Trainer trainer = create(recipe, new RunFolder(folder.FullName));
            trainer.Run(_ => throw new OneStepException());
        }
        catch (OneStepException)
        {
            // This is the expected end.
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The error of a training that ran out of memory.</summary>
    /// <param name="cause">The exception.</param>
    /// <param name="batchSize">The batch size of the training.</param>
    /// <param name="device">The device's name.</param>
    /// <param name="fitting">The batch size that fits; <c>null</c> if none does.</param>
    public static TrainingException Error(Exception cause, int batchSize, string device, int? fitting)
    {
        string remedy = fitting is { } size
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"A step with {size} fits: start the training again with --batch-size {size}; a lower learningRate "
                    + $"usually goes with it."
            )
            : "Not even a step with the batch size 2 fits: choose a smaller network or another --device.";
        return new TrainingException(
            ErrorKind.Internal,
            "outOfMemory",
            string.Create(
                CultureInfo.InvariantCulture,
                $"The memory of {device} is too small for a step with the batch size {batchSize}. {remedy} Other "
                    + $"programs on the device also use its memory. The last checkpoint is kept."
            ),
            cause
        );
    }

    private sealed class OneStepException : Exception;
}
