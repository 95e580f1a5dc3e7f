using System.Runtime.InteropServices;

namespace Mien.Training.Tests;

public class BatchSizeProbeTests
{
    private const string Cuda =
        "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 79.18 GiB";

    [Fact]
    public void Only_exceptions_about_memory_are_taken_for_such()
    {
        Assert.True(BatchSizeProbe.IsOutOfMemory(new TorchException(Cuda)));
        Assert.True(
            BatchSizeProbe.IsOutOfMemory(
                new TorchException("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9")
            )
        );
        Assert.True(BatchSizeProbe.IsOutOfMemory(new TorchException("cuDNN error: CUDNN_STATUS_ALLOC_FAILED")));
        Assert.True(BatchSizeProbe.IsOutOfMemory(new AggregateException(new InsufficientMemoryException())));
        Assert.False(BatchSizeProbe.IsOutOfMemory(new TorchException("CUDA error: device-side assert triggered")));
        Assert.False(BatchSizeProbe.IsOutOfMemory(new InvalidOperationException("out of memory")));
    }

    [Theory]
    [InlineData(512, 100, 64)]
    [InlineData(512, 256, 256)]
    [InlineData(100, 13, 12)]
    [InlineData(7, 3, 3)]
    [InlineData(512, 1, null)]
    [InlineData(2, 1, null)]
    public void The_batch_size_is_halved_until_a_step_fits(int batchSize, int most, int? expected)
    {
        Assert.Equal(
            expected,
            BatchSizeProbe.Fitting(batchSize, size => _ = size > most ? throw new TorchException(Cuda) : 0)
        );
    }

    [Fact]
    public void Another_error_while_trying_is_not_hidden() =>
        Assert.Throws<InvalidOperationException>(() =>
            BatchSizeProbe.Fitting(64, _ => throw new InvalidOperationException())
        );

    [Fact]
    public void A_step_is_tried_with_the_real_trainer_and_leaves_nothing_behind()
    {
        var tried = new List<(int Size, string Folder)>();
        int? fitting = BatchSizeProbe.Fitting(
            32,
            size =>
                BatchSizeProbe.TryStep(
                    Made.Bare with
                    {
                        BatchSize = size,
                    },
                    (recipe, folder) =>
                    {
                        tried.Add((recipe.BatchSize, folder.Path));
                        return recipe.BatchSize > 8
                            ? throw new TorchException(Cuda)
                            : new Trainer(recipe, Made.Graph(), Made.Data(64, 7), folder);
                    }
                )
        );
        Assert.Equal(8, fitting);
        Assert.Equal([16, 8], tried.Select(t => t.Size));
        Check.All(tried, t => Assert.False(Directory.Exists(t.Folder)));
    }

    [Fact]
    public void The_error_says_which_batch_size_fits()
    {
        var cause = new TorchException(Cuda);
        TrainingException error = BatchSizeProbe.Error(cause, 512, "cuda:0", 128);
        Assert.Equal((ErrorKind.Internal, "outOfMemory"), (error.Kind, error.Code));
        Assert.Equal(
            "The memory of cuda:0 is too small for a step with the batch size 512. A step with 128 fits: start the "
                + "training again with --batch-size 128; a lower learningRate usually goes with it. Other programs on "
                + "the device also use its memory. The last checkpoint is kept.",
            error.Message
        );
        Assert.Contains(
            " Not even a step with the batch size 2 fits: choose a smaller network or another --device. ",
            BatchSizeProbe.Error(cause, 512, "cuda:0", null).Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>Stands for the exception that TorchSharp throws.</summary>
    private sealed class TorchException(string message) : ExternalException(message);
}
