namespace Mien.Video;

// Starting ffmpeg on a file, a stream or a camera, up to its first frame.
public sealed partial class VideoReader
{
    private static async Task<VideoReader> OpenStreamAsync(
        Stream stream,
        string name,
        VideoOptions options,
        FileStream? owned,
        CancellationToken cancellationToken
    )
    {
        FfmpegInput input;
        FfmpegTools tools;
        try
        {
            tools = await FfmpegTools.FindAsync(options.Ffmpeg, cancellationToken).ConfigureAwait(false);
            input = await StreamInput.OfAsync(tools, stream, name, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            owned?.Dispose();
            throw;
        }

        return await StartAsync(tools, input with { Owned = owned }, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a live input, such as one of <c>lavfi</c> in place of a camera.</summary>
    internal static async Task<VideoReader> OpenLiveAsync(
        FfmpegInput input,
        VideoOptions options,
        CancellationToken cancellationToken
    )
    {
        FfmpegTools tools = await FfmpegTools.FindAsync(options.Ffmpeg, cancellationToken).ConfigureAwait(false);
        return await StartAsync(tools, input, options, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<VideoReader> StartAsync(
        FfmpegTools tools,
        FfmpegInput input,
        VideoOptions options,
        CancellationToken cancellationToken
    )
    {
        FfmpegProcess? process = null;
        try
        {
            if (input.Probe is { } probe)
            {
                CheckSize(probe.Info.Width, probe.Info.Height, input.Name, options);
            }

            var selection = new FrameSelection(options, input.IsLive);
            double rate = input.Probe?.Info.FramesPerSecond ?? 25;
            var log = new FrameLog(selection, input.IsLive, TimeSpan.FromSeconds(Math.Min(1 / rate, 3600)));
            process = new FfmpegProcess(tools.Ffmpeg, Arguments(tools, input, selection, options), log, input.Feed);
            await log.First.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (log.FirstFrame is not { } first)
            {
                int code = await process.EndAsync(cancellationToken).ConfigureAwait(false);
                throw OpenErrors.NoFrame(input, log, process.InputError, code);
            }

            CheckSize(first.Width, first.Height, input.Name, options);
            return new VideoReader(tools, input, log, process);
        }
        catch
        {
            process?.Dispose();
            input.Free();
            throw;
        }
    }

    private static IEnumerable<string> Arguments(
        FfmpegTools tools,
        FfmpegInput input,
        FrameSelection selection,
        VideoOptions options
    ) =>
        [
            "-nostdin",
            "-hide_banner",
            "-nostats",
            "-loglevel",
            "repeat+level+info",
            // A video may change its size: larger frames are not decoded. The margin is for the edges of coded frames.
            "-max_pixels",
            FormattableString.Invariant($"{(long)(options.MaxMegapixels * 1_100_000)}"),
            .. input.Arguments,
            "-map",
            input.Map,
            "-vf",
            selection.Filters,
            "-copyts",
            .. tools.Passthrough,
            "-pix_fmt",
            "rgba",
            "-f",
            "rawvideo",
            "pipe:1",
        ];

    private static void CheckSize(int width, int height, string name, VideoOptions options)
    {
        if ((double)width * height > options.MaxMegapixels * 1_000_000)
        {
            throw OpenErrors.TooLarge(width, height, name, options);
        }
    }
}
