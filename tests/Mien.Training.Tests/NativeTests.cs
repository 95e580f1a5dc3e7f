namespace Mien.Training.Tests;

public class NativeTests(LibTorchFixture fixture)
{
    private const string Version = "GLIBCXX_3.4.32";

    [Fact]
    public void Only_the_flag_of_the_missing_version_becomes_weak()
    {
        byte[] original = Library();
        byte[] changed = [.. original];
        Assert.True(ElfVersionNeeds.MakeWeak(changed, Version));
        int at = Assert.Single(Enumerable.Range(0, original.Length), i => original[i] != changed[i]);
        Assert.Equal(0, at % 2); // the low byte of a 2-byte field
        Assert.Equal((0, 0, 2, 0), (original[at], original[at + 1], changed[at], changed[at + 1]));

        byte[] again = [.. changed];
        Assert.True(ElfVersionNeeds.MakeWeak(again, Version));
        Assert.Equal(changed, again);
    }

    [Theory]
    [InlineData("GLIBCXX_9.9.99")]
    [InlineData("GLIBCXX_3.4.3")] // a prefix of an existing version
    [InlineData("")]
    public void A_version_that_is_not_required_changes_nothing(string version)
    {
        byte[] original = Library();
        byte[] changed = [.. original];
        Assert.False(ElfVersionNeeds.MakeWeak(changed, version));
        Assert.True(original.AsSpan().SequenceEqual(changed));
    }

    [Fact]
    public void Other_files_than_64_bit_little_endian_ELF_are_not_changed()
    {
        foreach (
            byte[] image in (byte[][])
                [
                    [],
                    [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1],
                    new byte[200],
                    [.. "MZ"u8, .. new byte[200]],
                    [0x7f, (byte)'E', (byte)'L', (byte)'F', 1, 1, .. new byte[200]],
                    [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 2, .. new byte[200]],
                ]
        )
        {
            byte[] changed = [.. image];
            Assert.False(ElfVersionNeeds.MakeWeak(changed, Version));
            Assert.Equal(image, changed);
        }
    }

    [Fact]
    public void Loading_does_not_change_the_library_in_the_package_cache_and_the_output_folder()
    {
        LibTorch.Initialize(threads: 1);
        Assert.Equal(fixture.HashesBefore, LibTorchFixture.Hashes());
        Assert.True(!OperatingSystem.IsLinux() || fixture.HashesBefore.Count > 0);
    }

    [Fact]
    public void Libtorch_is_loaded_with_one_thread_and_reports_the_workaround()
    {
        Assert.Equal(1, TorchSharp.torch.get_num_threads());
        Assert.True(
            LibTorch.Notice is null
                || LibTorch.Notice.StartsWith(
                    $"This system's libstdc++ lacks {Version}; a copy of {LibTorchFixture.Library} that does "
                        + $"not require it is used (",
                    StringComparison.Ordinal
                )
        );
    }

    private static byte[] Library()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only on Linux is TorchSharp's library an ELF file.");
        Assert.NotNull(LibTorchFixture.InOutput);
        return File.ReadAllBytes(LibTorchFixture.InOutput);
    }
}
