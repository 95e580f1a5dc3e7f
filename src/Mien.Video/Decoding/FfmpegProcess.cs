using System.Diagnostics;

namespace Mien.Video;

/// <summary>A running <c>ffmpeg</c> that writes frames to its standard output and says so in a log.</summary>
internal sealed class FfmpegProcess : IDisposable
{
    /// <summary>Longer lines are cut: side data of a frame is printed as one line of hexadecimal digits.</summary>
    private const int MaxLine = 2048;

    private readonly Process process;
    private readonly Task logging;
    private readonly Task feeding;
    private readonly CancellationTokenSource stop = new();

    /// <summary>Starts the program.</summary>
    /// <param name="program">The path of <c>ffmpeg</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="log">Takes the lines of the error output.</param>
    /// <param name="input">What it reads from standard input; <see langword="null"/> for nothing.</param>
    /// <exception cref="MienException"><c>noFfmpeg</c>: it cannot be started.</exception>
    public FfmpegProcess(
        string program,
        IEnumerable<string> arguments,
        FrameLog log,
        Action<Stream, CancellationToken>? input
    )
    {
        process = ToolOutput.Start(program, arguments);
        Frames = process.StandardOutput.BaseStream;
        Stream errors = process.StandardError.BaseStream;
        logging = ToolOutput.OnThread(() => ReadLog(errors, log));
        if (input is null)
        {
            process.StandardInput.Close();
            feeding = Task.CompletedTask;
        }
        else
        {
            feeding = ToolOutput.OnThread(() => Feed(input));
        }
    }

    /// <summary>The bytes of the frames.</summary>
    public Stream Frames { get; }

    /// <summary>The error of reading the input; <see langword="null"/> if there was none.</summary>
    public Exception? InputError { get; private set; }

    /// <summary>Waits until the program has ended and its log is read.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        await logging.WaitAsync(cancellationToken).ConfigureAwait(false);
        return process.ExitCode;
    }

    /// <summary>Ends the program; the log ends with it.</summary>
    public void Kill()
    {
        // In this order: a write of the input may block until the program ends, and would not see the token.
        ToolOutput.End(process);
        try
        {
            _ = stop.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It was freed before.
        }
    }

    /// <summary>Ends the program and frees it. No other thread may be reading the frames.</summary>
    public void Dispose()
    {
        Kill();
        Task.WaitAny([logging], TimeSpan.FromSeconds(5));
        Frames.Dispose();
        process.StandardError.BaseStream.Dispose();
        process.Dispose();

        // The task of the input may still hold a stream of the caller that never answers; it ends by the token.
        feeding.ContinueWith(_ => stop.Dispose(), TaskScheduler.Default);
    }

    private void Feed(Action<Stream, CancellationToken> input)
    {
        try
        {
            using Stream to = process.StandardInput.BaseStream;
            input(to, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The reading was abandoned.
        }
        catch (Exception e)
        {
            InputError = e;
        }
    }

    private static void ReadLog(Stream errors, FrameLog log)
    {
        byte[] buffer = new byte[16 << 10];
        byte[] line = new byte[MaxLine];
        int length = 0;
        try
        {
            for (int read; (read = errors.Read(buffer)) > 0; )
            {
                foreach (byte b in buffer.AsSpan(0, read))
                {
                    if (b is (byte)'\n' or (byte)'\r')
                    {
                        log.Add(line.AsSpan(0, length));
                        length = 0;
                    }
                    else if (length < MaxLine)
                    {
                        line[length++] = b;
                    }
                }
            }

            log.Add(line.AsSpan(0, length));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The program was ended.
        }
        finally
        {
            log.Complete(); // whatever happened: others wait for it
        }
    }
}
