using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Mien.Video;

/// <summary>What a short run of a program wrote. Immutable.</summary>
internal sealed record ToolOutput(int ExitCode, string Text, string Error)
{
    /// <summary>More is not expected of a probe; the rest is left out.</summary>
    private const int MaxLength = 64 << 20;

    private const int MaxErrorLength = 20_000;

    /// <summary>The last line of the error output, which usually names the cause.</summary>
    public string LastError =>
        Error.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [.., string last]
            ? last
            : $"exit code {ExitCode}";

    /// <summary>Runs a program and reads what it writes.</summary>
    /// <param name="program">The path of the program.</param>
    /// <param name="arguments">Its arguments; no shell is involved.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <param name="input">What it reads from standard input; empty by default.</param>
    /// <exception cref="MienException"><c>noFfmpeg</c>: it cannot be started.</exception>
    public static async Task<ToolOutput> OfAsync(
        string program,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken,
        ReadOnlyMemory<byte> input = default
    )
    {
        using Process process = Start(program, arguments);
        using CancellationTokenRegistration end = EndOn(process, cancellationToken);
        using Stream output = process.StandardOutput.BaseStream;
        using Stream messages = process.StandardError.BaseStream;
        try
        {
            Task<string> error = OnThread(() => Read(messages, MaxErrorLength));
            Task feeding = OnThread(() => Feed(process.StandardInput.BaseStream, input.Span));
            string text = await OnThread(() => Read(output, MaxLength)).ConfigureAwait(false);
            await feeding.ConfigureAwait(false);
            string errors = await error.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return new ToolOutput(process.ExitCode, text, errors);
        }
        finally
        {
            End(process);
        }
    }

    /// <summary>Runs a program and gives its output line by line, with bounded memory.</summary>
    /// <param name="program">The path of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <exception cref="MienException"><c>noFfmpeg</c>: it cannot be started.</exception>
    public static async IAsyncEnumerable<string> LinesAsync(
        string program,
        IEnumerable<string> arguments,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using Process process = Start(program, arguments);
        using CancellationTokenRegistration end = EndOn(process, cancellationToken);
        using StreamReader output = process.StandardOutput;
        using Stream messages = process.StandardError.BaseStream;
        try
        {
            process.StandardInput.Close();
            Task<string> error = OnThread(() => Read(messages, MaxErrorLength));
            while (await output.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                yield return line;
            }

            await error.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            End(process);
        }
    }

    /// <summary>Starts a program with its three streams redirected.</summary>
    /// <exception cref="MienException"><c>noFfmpeg</c>: it cannot be started.</exception>
    public static Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Either would put other text into the messages, or a report into the current folder.
        start.Environment.Remove("AV_LOG_FORCE_COLOR");
        start.Environment.Remove("FFREPORT");
        start.Environment["AV_LOG_FORCE_NOCOLOR"] = "1";
        try
        {
            return Process.Start(start) ?? throw FfmpegTools.Missing($"{program} cannot be started.");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw FfmpegTools.Missing($"{program} cannot be started ({e.Message}).", e);
        }
    }

    /// <summary>Ends a program if it still runs, and waits for its end.</summary>
    public static void End(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true); // it may be a script that started the program
            }

            process.WaitForExit(); // otherwise it stays as a zombie
        }
        catch (Exception e)
            when (e is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // It has ended meanwhile.
        }
    }

    /// <summary>
    /// Runs blocking reads and writes of a pipe on a thread of their own. The asynchronous calls of these pipes block
    /// a thread too, one of the thread pool, which has few and adds more slowly.
    /// </summary>
    public static Task<T> OnThread<T>(Func<T> work) =>
        Task.Factory.StartNew(
            work,
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default
        );

    /// <inheritdoc cref="OnThread{T}(Func{T})"/>
    public static Task OnThread(Action work) =>
        OnThread(() =>
        {
            work();
            return true;
        });

    /// <summary>Ends a program when the token is cancelled: a read of its output does not see the token.</summary>
    private static CancellationTokenRegistration EndOn(Process process, CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static p => End((Process)p!), process);

    private static void Feed(Stream to, ReadOnlySpan<byte> input)
    {
        try
        {
            using (to)
            {
                to.Write(input);
            }
        }
        catch (IOException)
        {
            // It has read enough.
        }
    }

    private static string Read(Stream from, int maxLength)
    {
        using var text = new MemoryStream();
        byte[] buffer = new byte[16 << 10];
        for (int read; (read = from.Read(buffer)) > 0; )
        {
            text.Write(buffer, 0, (int)Math.Min(read, maxLength - text.Length));
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}
