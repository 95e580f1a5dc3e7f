namespace Mien.Video.Tests.Films;

/// <summary>The stream in which frames go to ffmpeg.</summary>
public sealed class MatroskaFramesTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_frame_is_a_cluster_with_its_time_and_one_block()
    {
        byte[] head = new byte[MatroskaFrames.FrameHeaderLength];
        MatroskaFrames.WriteFrameHeader(head, 0x0102030405060708, 16);
        (int At, int Length)[] parts = [(0, 4), (4, 8), (12, 2), (14, 8), (22, 1), (23, 8), (31, 1), (32, 2), (34, 1)];
        Assert.Equal(
            "1F43B675 0100000000000027 E788 0102030405060708 A3 0100000000000014 81 0000 80",
            string.Join(' ', parts.Select(p => Convert.ToHexString(head, p.At, p.Length)))
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => MatroskaFrames.WriteFrameHeader(head, -1, 16));
    }

    [Fact]
    public void Ffmpeg_reads_every_pixel_and_the_times()
    {
        Ffmpeg.Require();
        const int width = 17;
        const int height = 9;
        long[] times = [0, 1, 33_366_667, 100_000_000_000, 360_000_000_000_001];
        byte[] pixels = new byte[times.Length * width * height * 4];
        new Random(23).NextBytes(pixels);
        using (FileStream file = File.Create(folder["a.mkv"]))
        {
            file.Write(MatroskaFrames.Header(width, height, 40_000_000));
            byte[] head = new byte[MatroskaFrames.FrameHeaderLength];
            foreach ((int i, long time) in times.Index())
            {
                int length = width * height * 4;
                MatroskaFrames.WriteFrameHeader(head, time, length);
                file.Write(head);
                file.Write(pixels, i * length, length);
            }
        }

        ProbedPicture picture = ProbedPicture.Of(folder["a.mkv"]);
        Assert.Equal((width, height, (1L, 1_000_000_000L)), (picture.Width, picture.Height, picture.TimeBase));
        Assert.Equal(times, picture.Stamps);
        Assert.Equal("rgba", picture.Tag("pix_fmt"));
        Ffmpeg.Run(["-i", folder["a.mkv"], .. Ffmpeg.Passthrough, "-f", "rawvideo", folder["a.raw"]]);
        Assert.Equal(pixels, File.ReadAllBytes(folder["a.raw"]));
    }
}
