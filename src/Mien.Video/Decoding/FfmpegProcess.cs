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
        Func<Stream, CancellationToken, Task>? input
    )
    {
        process = ToolOutput.Start(program, arguments);
        Frames = process.StandardOutput.BaseStream;
        Stream errors = process.StandardError.BaseStream;
        logging = Task.Factory.StartNew(
            () => ReadLog(errors, log),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        if (input is null)
        {
            process.StandardInput.Close();
            feeding = Task.CompletedTask;
        }
        else
        {
            feeding = Task.Run(() => FeedAsync(input));
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
        _ = stop.CancelAsync();
    }

    /// <summary>Ends the program and frees it. No other thread may be reading the frames.</summary>
    public void Dispose()
    {
        Kill();
        logging.Wait(TimeSpan.FromSeconds(5));
        process.Dispose();

        // The task of the input may still hold a stream of the caller that never answers; it ends by the token.
        feeding.ContinueWith(_ => stop.Dispose(), TaskScheduler.Default);
    }

    private async Task FeedAsync(Func<Stream, CancellationToken, Task> input)
    {
        try
        {
            Stream to = process.StandardInput.BaseStream;
            await using (to.ConfigureAwait(false))
            {
                await input(to, stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The reading was given up.
        }
        catch (Exception e)
        {
            // The program may have ended first, which closes the pipe; that is not the fault of the input.
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
        }
        catch (IOException)
        {
            // The program was ended.
        }

        log.Add(line.AsSpan(0, length));
        log.Complete();
    }
}
