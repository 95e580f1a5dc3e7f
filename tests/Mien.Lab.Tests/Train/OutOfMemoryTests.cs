using System.Runtime.InteropServices;
using Mien.CommandLine;
using Mien.Data;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab.Tests;

/// <summary>A training whose device runs out of memory, which an exception from a step stands for.</summary>
public sealed class OutOfMemoryTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(16, "A step with 16 fits: start the training again with --batch-size 16;")]
    [InlineData(1, "Not even a step with the batch size 2 fits:")]
    public void The_error_says_which_batch_size_fits(int largest, string expected)
    {
        string csv = folder.Write("made.csv", MadeCsv.Of(24, 2));
        NetworkGraph graph = NetworkGraph.Build(NetworkDescription.FromJson(MadeData.Network, "tiny.json"));
        var source = new DataSource(csv, null, false);
        var console = new CommandConsole(TextWriter.Null, TextWriter.Null);
        FaceDataset images = source.Read(console, TestContext.Current.CancellationToken);
        var recipe = new TrainingRecipe
        {
            Network = "tiny",
            Threads = 1,
            Epochs = 2,
            BatchSize = 64,
        };
        var run = new RunFolder(folder["runs/large"]);
        var tried = new List<int>();
        var session = new TrainingSession(run, recipe, graph, images, console, quiet: true)
        {
            Watch = _ => throw new TorchException("CUDA out of memory. Tried to allocate 2.00 GiB."),
            TryBatchSize = size =>
            {
                tried.Add(size);
                if (size > largest)
                {
                    throw new TorchException("CUDA out of memory. Tried to allocate 1.00 GiB.");
                }
            },
        };
        var error = Assert.Throws<TrainingException>(() =>
            session.Start(RunInfo.Of(source, images), TestContext.Current.CancellationToken)
        );
        Assert.StartsWith(
            $"The memory of cpu is too small for a step with the batch size 64. {expected}",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(largest == 16 ? [32, 16] : [32, 16, 8, 4, 2], tried);
        Assert.False(run.IsLocked);
    }

    [Fact]
    public void A_step_of_this_session_is_tried()
    {
        string csv = folder.Write("made.csv", MadeCsv.Of(24, 2));
        NetworkGraph graph = NetworkGraph.Build(NetworkDescription.FromJson(MadeData.Network, "tiny.json"));
        var source = new DataSource(csv, null, false);
        var console = new CommandConsole(TextWriter.Null, TextWriter.Null);
        FaceDataset images = source.Read(console, TestContext.Current.CancellationToken);
        var recipe = new TrainingRecipe
        {
            Network = "tiny",
            Threads = 1,
            Epochs = 2,
            BatchSize = 64,
        };
        var session = new TrainingSession(new RunFolder(folder["run"]), recipe, graph, images, console, quiet: true)
        {
            Watch = _ => throw new TorchException("DefaultCPUAllocator: can't allocate memory"),
        };
        var error = Assert.Throws<TrainingException>(() =>
            session.Start(RunInfo.Of(source, images), TestContext.Current.CancellationToken)
        );
        Assert.Contains(" A step with 32 fits: ", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Stands for the exception that TorchSharp throws.</summary>
    private sealed class TorchException(string message) : ExternalException(message);
}
