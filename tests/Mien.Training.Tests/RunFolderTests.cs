using Mien.Training.Running;

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
                Assert.Equal("runBusy", error.Code);
                Assert.StartsWith($"{path}: another process is training in this folder.", error.Message, StringComparison.Ordinal);
            }

            folder.Lock().Dispose(); // free again
            Assert.Empty(Directory.GetFiles(path));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
