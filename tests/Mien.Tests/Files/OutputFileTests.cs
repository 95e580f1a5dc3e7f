namespace Mien.Tests;

/// <summary>Files are written completely or not at all.</summary>
public sealed class OutputFileTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string file;

    public OutputFileTests() => file = Path.Combine(folder.Path, "новая", "r.txt");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Writing_replaces_the_file_creates_its_folder_and_leaves_no_other_file()
    {
        OutputFile.WriteText(file, "first");
        OutputFile.WriteText(file, "größe");
        Assert.Equal("größe"u8, File.ReadAllBytes(file));
        OutputFile.WriteBytes(file, [1, 2]);
        Assert.Equal([1, 2], File.ReadAllBytes(file));
        OutputFile.Write(file, stream => stream.WriteByte(7), flushToDisk: true);
        Assert.Equal([7], File.ReadAllBytes(file));
        OutputFile.WriteBytes(file, [3], isShared: true);
        Assert.Equal([3], File.ReadAllBytes(file));
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_no_temporary_file()
    {
        OutputFile.WriteText(file, "former");
        var full = Assert.Throws<MienException>(() =>
            OutputFile.Write(
                file,
                stream =>
                {
                    stream.Write(new byte[100_000]);
                    throw new IOException("no space left");
                }
            )
        );
        Assert.Equal(
            (
                "cannotWrite",
                $"{file}: the file cannot be written (no space left). Check the folder and the space on its disk."
            ),
            (full.Code, full.Message)
        );
        Assert.Throws<OperationCanceledException>(() =>
            OutputFile.WriteNamed(
                file,
                part =>
                {
                    File.WriteAllText(part, "half");
                    throw new OperationCanceledException();
                }
            )
        );

        Assert.Equal("former", File.ReadAllText(file));
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public void A_file_can_be_tested_by_path_before_it_replaces_the_target()
    {
        OutputFile.WriteText(file, "former");
        OutputFile.WriteNamed(
            file,
            part =>
            {
                File.WriteAllText(part, "new");
                Assert.Equal("former", File.ReadAllText(file));
                Assert.Equal(file + ".part", part);
            }
        );

        Assert.Equal("new", File.ReadAllText(file));
    }

    [Fact]
    public void A_part_left_by_a_killed_process_is_overwritten()
    {
        OutputFile.WriteText(file, "former");
        File.WriteAllText(file + ".part", new string('x', 10_000));
        OutputFile.WriteText(file, "new");

        Assert.Equal("new", File.ReadAllText(file));
        Assert.False(File.Exists(file + ".part"));
    }

    [Fact]
    public void A_second_writer_of_one_file_is_refused()
    {
        using var first = PartFile.For(file);
        using OutputStream open = first.Open();

        Assert.Equal("cannotWrite", Assert.Throws<MienException>(() => OutputFile.WriteText(file, "x")).Code);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void Folders_read_only_files_and_empty_names_are_refused()
    {
        Assert.Equal(
            $"{folder.Path}: this is a folder, expected the name of a file to write.",
            Assert.Throws<MienException>(() => OutputFile.WriteText(folder.Path, "x")).Message
        );
        Assert.Throws<ArgumentException>(() => OutputFile.WriteText(" ", "x"));
        OutputFile.WriteText(file, "former");
        File.SetAttributes(file, FileAttributes.ReadOnly);
        Assert.Contains(
            "(the file is read-only)",
            Assert.Throws<MienException>(() => OutputFile.WriteText(file, "x")).Message,
            StringComparison.Ordinal
        );
        Assert.Equal("former", File.ReadAllText(file));
        File.SetAttributes(file, FileAttributes.Normal);
    }

    [Fact]
    public void A_link_is_followed_and_its_target_replaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        string link = Path.Combine(folder.Path, "link.txt");
        File.CreateSymbolicLink(link, file);
        OutputFile.WriteText(link, "x");

        Assert.Equal("x", File.ReadAllText(file));
        Assert.NotNull(new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void Devices_are_written_in_place_and_a_full_device_is_an_error()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux has a device that is always full.");
        OutputFile.WriteText("/dev/null", "x");
        var error = Assert.Throws<MienException>(() => OutputFile.WriteText("/dev/full", "x"));

        Assert.Equal("cannotWrite", error.Code);
        Assert.Equal(
            "/dev/full: the disk is full, so the file cannot be written. Free some space, or choose another location.",
            error.Message
        );
        Assert.True(File.Exists("/dev/full"));
    }

    [Fact]
    public async Task A_pipe_is_written_to_and_not_replaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no named pipes in folders.");
        string pipe = folder.MakePipe("pipe");
        Task<string> reader = Task.Run(() => File.ReadAllText(pipe), TestContext.Current.CancellationToken);
        OutputFile.WriteText(pipe, "x");

        Assert.Equal("x", await reader);
        Assert.Equal([pipe], Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void A_full_disk_leaves_the_former_file_and_no_part(long room)
    {
        OutputFile.WriteText(file, "former");
        using (new FullDisk(room))
        {
            foreach (
                Action write in (Action[])
                    [
                        () => OutputFile.WriteText(file, new string('x', 100_000)),
                        () => OutputFile.WriteBytes(file, new byte[100]),
                        () => OutputFile.Write(file, s => s.Write(new byte[100]), flushToDisk: true),
                    ]
            )
            {
                Assert.Equal(
                    $"{file}: the disk is full, so the file cannot be written. "
                        + $"Free some space, or choose another location.",
                    Assert.Throws<MienException>(write).Message
                );
            }
        }

        Assert.Equal("former", File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFileSystemEntries(Path.GetDirectoryName(file)!));
    }
}
