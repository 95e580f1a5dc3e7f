namespace Mien.Video.Tests.Decoding;

/// <summary>Versions of ffmpeg; none needs to be installed.</summary>
public sealed class FfmpegToolsTests
{
    [Theory]
    [InlineData("ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright", "-vsync")]
    [InlineData("ffmpeg version n4.4.1 Copyright", "-vsync")]
    [InlineData("ffmpeg version 5.0.1 Copyright", "-vsync")]
    [InlineData("ffmpeg version 5.1.9-0+deb12u1 Copyright", "-fps_mode")]
    [InlineData("ffmpeg version 6.0 Copyright", "-fps_mode")]
    [InlineData("ffmpeg version n7.1 Copyright", "-fps_mode")]
    [InlineData("ffmpeg version 7.0.2-static https://example.org Copyright", "-fps_mode")]
    [InlineData("ffmpeg version 8.0 Copyright", "-fps_mode")]
    [InlineData("ffmpeg version 10.2 Copyright", "-fps_mode")]
    [InlineData("ffmpeg version N-109542-g1b2c3d Copyright\nlibavutil      57. 44.100 / 57. 44.100", "-vsync")]
    [InlineData("ffmpeg version N-109542-g1b2c3d Copyright\nlibavutil      59. 44.100 / 59. 44.100", "-fps_mode")]
    [InlineData("ffmpeg version 2024-05-02-git-71669f2ad5-full_build Copyright\nlibavutil 59. 1.1 / 1", "-fps_mode")]
    public void The_version_decides_which_option_keeps_every_frame(string output, string option)
    {
        FfmpegTools tools = FfmpegTools.Parse(output, "ffmpeg", "ffprobe")!;
        Assert.Equal([option, "passthrough"], tools.Passthrough);
    }

    [Theory]
    [InlineData("ffmpeg version 3.4.11-0ubuntu0.1 Copyright")]
    [InlineData("ffmpeg version 4.3.8 Copyright")]
    public void An_old_version_is_refused(string output)
    {
        MienException error = Assert.Throws<MienException>(() => FfmpegTools.Parse(output, "ffmpeg", "ffprobe"));
        Assert.Equal("noFfmpeg", error.Code);
        Assert.Contains("expected 4.4 or later", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_program_is_not_ffmpeg() => Assert.Null(FfmpegTools.Parse("hello", "ffmpeg", "ffprobe"));

    [Theory]
    [InlineData("yuv420p", false, false)]
    [InlineData("yuv420p10le", true, false)]
    [InlineData("p010le", true, false)]
    [InlineData("gray12be", true, false)]
    [InlineData("gray", false, false)]
    [InlineData("rgb24", false, false)]
    [InlineData("rgb48le", true, false)]
    [InlineData("yuva444p", false, true)]
    [InlineData("gbrap12le", true, true)]
    [InlineData("bgra", false, true)]
    [InlineData("yuvj420p", false, false)]
    [InlineData("nv12", false, false)]
    public void A_pixel_format_says_its_depth_and_transparency(string name, bool isDeep, bool hasAlpha) =>
        Assert.Equal((isDeep, hasAlpha), (PixelFormats.IsDeep(name), PixelFormats.HasAlpha(name)));
}
