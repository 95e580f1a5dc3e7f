using System.Diagnostics;
using System.Globalization;

namespace Mien.Video;

/// <summary>A running <c>ffmpeg</c> that encodes frames from its standard input and writes a file.</summary>
internal sealed class FilmProcess : IDisposable
{
    private const string FrameKey = "frame=";

    private readonly Process process;
    private readonly Task logging;
    private readonly Task counting;
    private long frames;

    /// <summary>Starts the program.</summary>
    /// <param name="program">The path of <c>ffmpeg</c>.</param>
    /// <param name="arguments">Its arguments, which send the progress to the standard output.</param>
    /// <exception cref="MienException"><c>noFfmpeg</c>: it cannot be started.</exception>
    public FilmProcess(string program, IEnumerable<string> arguments)
    {
        process = ToolOutput.Start(program, arguments);
        Input = process.StandardInput.BaseStream;

        // Both are always read: ffmpeg stops where a pipe is full.
        logging = ToolOutput.OnThread(() => ReadLines(process.StandardError, Log.Add));
        counting = ToolOutput.OnThread(() => ReadLines(process.StandardOutput, Count));
    }

    /// <summary>Where the frames go.</summary>
    public Stream Input { get; }

    /// <summary>What ffmpeg says.</summary>
    public FilmLog Log { get; } = new();

    /// <summary>How many frames ffmpeg has encoded, as it said last.</summary>
    public long Frames => Interlocked.Read(ref frames);

    /// <summary>Waits until the program has ended and all that it said is read.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(logging, counting).WaitAsync(cancellationToken).ConfigureAwait(false);
        return process.ExitCode;
    }

    /// <summary>Ends the program.</summary>
    public void Kill() => ToolOutput.End(process);

    /// <summary>Ends the program and frees it. No other thread may be writing to it.</summary>
    public void Dispose()
    {
        Kill();
        Task.WaitAll([logging, counting], TimeSpan.FromSeconds(5));
        process.StandardError.Dispose();
        process.StandardOutput.Dispose();
        process.Dispose();
    }

    private void Count(string line)
    {
        if (
            line.StartsWith(FrameKey, StringComparison.Ordinal)
            && long.TryParse(
                line.AsSpan(FrameKey.Length).Trim(),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out long count
            )
        )
        {
            Interlocked.Exchange(ref frames, count);
        }
    }

    private static void ReadLines(StreamReader from, Action<string> take)
    {
        try
        {
            while (from.ReadLine() is { } line)
            {
                take(line);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The program was ended.
        }
    }
}
