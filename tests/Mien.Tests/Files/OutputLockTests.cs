using System.Globalization;

namespace Mien.Tests;

public sealed class OutputLockTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_is_refused_to_others_with_the_name_of_the_process_that_has_it()
    {
        string file = folder["out.csv"];
        using (OutputLock.Take([file]))
        {
            var error = Assert.Throws<MienException>(() => OutputLock.Take([file]));

            Assert.Equal((ErrorKind.BadUsage, "outputBusy"), (error.Kind, error.Code));
            Assert.StartsWith(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{file}: another run, process {Environment.ProcessId} ('Mien.Tests"
                ),
                error.Message,
                StringComparison.Ordinal
            );
            Assert.EndsWith(
                "), is writing to this file. Wait for it to end or stop it, or use another file.",
                error.Message,
                StringComparison.Ordinal
            );
            OutputLock.Take([folder["other.csv"]]).Dispose(); // another file of the same folder is free
        }

        OutputLock.Take([file]).Dispose();
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_file_is_the_same_by_another_name()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        string file = folder["in/out.csv"];
        Directory.CreateDirectory(folder["in"]);
        File.CreateSymbolicLink(folder["link.csv"], file);
        Directory.CreateSymbolicLink(folder["way"], folder["in"]);
        using (OutputLock.Take([file]))
        {
            Check.All(
                (string[])[folder["link.csv"], folder["way/out.csv"], folder["in/../in/./out.csv"]],
                other => Assert.Throws<MienException>(() => OutputLock.Take([other]))
            );
        }
    }

    [Fact]
    public void A_folder_is_refused_to_others_and_may_be_named_twice_by_one_run()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        Directory.CreateDirectory(folder["out"]);
        Directory.CreateSymbolicLink(folder["link"], folder["out"]);
        using (OutputLock.Take([folder["out/x.csv"]], [folder["out"], folder["link"], folder["out"] + "/"]))
        {
            var error = Assert.Throws<MienException>(() => OutputLock.Take([], [folder["link"]]));
            Assert.Contains("), is writing to this folder. ", error.Message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFileSystemEntries(folder["out"]));
    }

    [Fact]
    public void What_a_killed_process_left_blocks_nobody()
    {
        string file = folder["out.csv"],
            left = folder.Write($".out.csv{OutputLock.FolderLock}", "left over\n");
        using (OutputLock.Take([file]))
        {
            Assert.Throws<MienException>(() => OutputLock.Take([file]));
        }

        Assert.False(File.Exists(left));
    }

    [Fact]
    public void Of_many_that_want_a_file_at_the_same_time_one_has_it()
    {
        string file = folder["out.csv"];
        int holders = 0,
            taken = 0;
        Parallel.For(
            0,
            2000,
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            _ =>
            {
                try
                {
                    using (OutputLock.Take([file]))
                    {
                        Assert.Equal(1, Interlocked.Increment(ref holders));
                        Interlocked.Increment(ref taken);
                        Interlocked.Decrement(ref holders);
                    }
                }
                catch (MienException e) when (e.Code == "outputBusy") { }
            }
        );

        Assert.NotEqual(0, taken);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Devices_and_pipes_are_not_locked()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files.");
        string pipe = folder.MakePipe("pipe");
        string[] outputs = ["/dev/null", "/dev/stdout", pipe];
        using (OutputLock.Take(outputs))
        using (OutputLock.Take(outputs))
        {
            Assert.Equal([pipe], Directory.GetFileSystemEntries(folder.Path));
        }
    }

    [Fact]
    public void Folders_that_were_made_go_again_unless_something_is_in_them()
    {
        using (OutputLock taken = OutputLock.Take([folder["a/b/out.csv"]]))
        {
            Assert.Equal([folder["a"], folder["a/b"]], taken.MadeFolders);
        }

        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        using (OutputLock.Take([folder["a/b/out.csv"]], [folder["c/d"]]))
        {
            folder.Write("a/b/out.csv", "x");
        }

        Assert.Equal([folder["a/b/out.csv"]], Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
        Assert.False(Directory.Exists(folder["c"]));
    }

    [Fact]
    public void A_name_as_long_as_a_name_may_be_is_locked_too()
    {
        string file = folder[new string('n', 250)];
        using (OutputLock.Take([file]))
        {
            Assert.Throws<MienException>(() => OutputLock.Take([file]));
        }
    }

    [Fact]
    public void A_single_file_is_written_under_the_locks_of_its_own_process()
    {
        string file = folder["out/report.html"];
        using (OutputLock.Take([], [folder["out"]]))
        {
            OutputFile.WriteText(file, "x");
        }

        using (OutputLock.Take([file]))
        {
            OutputFile.WriteText(file, "y");
        }

        Assert.Equal("y", File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFileSystemEntries(folder["out"]));
    }
}
