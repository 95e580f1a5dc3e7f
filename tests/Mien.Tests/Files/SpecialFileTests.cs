using System.Net.Sockets;

namespace Mien.Tests;

public sealed class SpecialFileTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Pipes_sockets_and_devices_are_recognised_without_opening_them()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files.");
        string pipe = folder.MakePipe("p.png");
        File.CreateSymbolicLink(folder["link.png"], pipe);
        File.CreateSymbolicLink(folder["null.png"], "/dev/null");
        File.CreateSymbolicLink(folder["nowhere.png"], folder["none"]);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        string address = Path.Combine(Path.GetTempPath(), $"mien-{Guid.NewGuid():N}"[..20]);
        socket.Bind(new UnixDomainSocketEndPoint(address));
        try
        {
            Assert.Equal("a named pipe", SpecialFile.KindOf(pipe));
            Assert.Equal("a named pipe", SpecialFile.KindOf(folder["link.png"]));
            Assert.Equal("a device", SpecialFile.KindOf(folder["null.png"]));
            Assert.Equal("a socket", SpecialFile.KindOf(address));
            Assert.Null(SpecialFile.KindOf(folder["nowhere.png"]));
            Assert.Null(SpecialFile.KindOf(folder.Path));
            Assert.Null(SpecialFile.KindOf(folder.Write("empty.png", [])));
        }
        finally
        {
            File.Delete(address);
        }
    }

    [Fact]
    public void In_a_folder_they_are_entries_with_an_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files.");
        folder.Write("a.png", "x");
        string pipe = folder.MakePipe("b.png");
        folder.MakePipe("no image");
        FolderEntry[] found = [.. FolderWalk.Images(folder.Path, 0)];

        Assert.Equal(["a.png", "b.png"], found.Select(e => e.Relative));
        Assert.Null(found[0].Error);
        Assert.Equal("notAFile", found[1].Error!.Code);
        Assert.Equal(
            $"{pipe}: is a named pipe, expected an image file; it was skipped and not opened.",
            found[1].Error!.Message
        );
    }

    [Fact]
    public void Named_by_itself_one_is_an_error_and_not_opened()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files.");
        string pipe = folder.MakePipe("b.png");

        Assert.Equal("notAFile", Assert.Throws<MienException>(() => InputFile.Open(pipe, "image", 100)).Code);
        Assert.Equal("notAFile", Assert.Throws<MienException>(() => InputFile.Open("/dev/zero", "image", 9)).Code);
        Assert.True(SpecialFile.IsOpenFile("/dev/stdin"));
        Assert.True(SpecialFile.IsOpenFile("/dev/fd/63"));
        Assert.False(SpecialFile.IsOpenFile(pipe));
    }
}
