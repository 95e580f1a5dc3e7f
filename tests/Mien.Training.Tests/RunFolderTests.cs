namespace Mien.Training.Tests;

public sealed class RunFolderTests
{
    [Fact]
    public void Two_processes_cannot_train_in_one_folder()
    {
        string path = Path.Combine(Path.GetTempPath(), $"mien-lock-{Guid.NewGuid():N}");
        try
        {
            var folder = new RunFolder(path);
            using (folder.Lock())
            {
                var error = Assert.Throws<TrainingException>(() => new RunFolder(path).Lock());
                Assert.Equal((ErrorKind.BadUsage, "runBusy"), (error.Kind, error.Code));
                Assert.StartsWith(
                    $"{path}: another run, process {Environment.ProcessId} (",
                    error.Message,
                    StringComparison.Ordinal
                );
            }

            using (folder.Lock())
            {
                folder.Lock().Dispose(); // once more by the same holder
                Assert.True(new RunFolder(path).IsLocked);
            }

            Assert.False(folder.IsLocked); // free again
            Assert.Empty(Directory.GetFiles(path));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public void Checking_for_a_running_training_does_not_block_it()
    {
        using var temp = new TempFolder();
        RunFolder folder = temp.Run("run");
        Assert.False(folder.IsLocked);
        using (folder.Lock())
        {
            Assert.True(folder.IsLocked);
            Assert.True(temp.Run("run").IsLocked);
        }

        Assert.False(folder.IsLocked);
        File.WriteAllText(Path.Combine(folder.Path, "lock"), ""); // a killed process leaves the file
        Assert.False(folder.IsLocked);
    }

    [Fact]
    public void The_history_is_written_and_read_independently_of_the_culture()
    {
        using var temp = new TempFolder();
        RunFolder folder = temp.Run("run");
        Assert.Empty(folder.ReadHistory());
        Directory.CreateDirectory(folder.Path);
        EpochRecord[] history =
        [
            new(1, 32, 0.05, 1.75, 0.3125, 1.5, 0.40625, 12.5, 800.5),
            new(2, 48, 0.0125, 1.25, 0.5, 1.25, 0.46875, 25, 790),
        ];
        Made.WithCommaCulture(() =>
        {
            folder.WriteHistory(history);
            Assert.Equal(history, folder.ReadHistory());
        });
    }

    [Theory]
    [InlineData("history.csv, line 1: found 'a,b', expected the header 'epoch,size,", "a,b\n")]
    [InlineData("history.csv, line 2: found '1,32', expected nine numbers.", "HEADER\n1,32\n")]
    [InlineData(
        "history.csv, line 2: found '1,32,x,1,1,1,1,1,1', expected nine numbers.",
        "HEADER\n1,32,x,1,1,1,1,1,1\n"
    )]
    public void The_error_for_a_damaged_history_names_the_line(string message, string text)
    {
        using var temp = new TempFolder();
        RunFolder folder = temp.Run("run");
        Directory.CreateDirectory(folder.Path);
        File.WriteAllText(
            folder.History,
            text.Replace(
                "HEADER",
                "epoch,size,learning_rate,train_loss,train_accuracy,"
                    + "validation_loss,validation_accuracy,seconds,images_per_second",
                StringComparison.Ordinal
            )
        );

        var error = Assert.Throws<TrainingException>(folder.ReadHistory);
        Assert.Equal("badRun", error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_history_with_the_column_names_of_earlier_versions_is_read()
    {
        using var temp = new TempFolder();
        RunFolder folder = temp.Run("run");
        Directory.CreateDirectory(folder.Path);
        File.WriteAllText(
            folder.History,
            "epoch,size,learning_rate,train_loss,train_accuracy,dev_loss,dev_accuracy,seconds,images_per_second\n"
                + "1,48,0.05,1.5,0.4,1.25,0.5,2.5,100\n"
        );

        EpochRecord epoch = Assert.Single(folder.ReadHistory());
        Assert.Equal((1.25, 0.5), (epoch.ValidationLoss, epoch.ValidationAccuracy));
    }
}
