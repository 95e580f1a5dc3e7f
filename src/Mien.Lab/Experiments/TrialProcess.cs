using System.Diagnostics;
using System.Globalization;
using System.Text;
using Mien.CommandLine;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// A trial that is trained in a process of its own, because libtorch has one number of threads and one allocator per
/// process. The process stops with a checkpoint when its standard input ends: when <see cref="Stop"/> is called, and
/// also when this process is killed.
/// </summary>
internal sealed class TrialProcess : IDisposable
{
    private const int MaxErrorLength = 20_000;

    private readonly Process process;
    private readonly StringBuilder error = new();

    /// <summary>Starts the process.</summary>
    /// <param name="step">What to train.</param>
    /// <param name="arguments">The arguments of <c>mien-lab</c>.</param>
    /// <exception cref="TrainingException">It cannot be started.</exception>
    public TrialProcess(TrialStep step, IEnumerable<string> arguments)
    {
        Step = step;
        (string program, string[] first) = Program();
        process =
            Process.Start(
                new ProcessStartInfo(program, [.. first, .. arguments])
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    StandardErrorEncoding = Encoding.UTF8,
                }
            ) ?? throw new TrainingException(ErrorKind.Unavailable, "noProgram", $"{program} cannot be started.");
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (error)
            {
                if (line.Data is { Length: > 0 } text && error.Length < MaxErrorLength)
                {
                    error.AppendLine(text);
                }
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it trains.</summary>
    public TrialStep Step { get; }

    /// <summary>Whether the process has ended.</summary>
    public bool HasEnded => process.HasExited;

    /// <summary>Completes when the process has ended.</summary>
    public Task EndAsync() => process.WaitForExitAsync();

    /// <summary>Asks the process to stop after the current batch, with a checkpoint.</summary>
    public void Stop()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }
    }

    /// <summary>Waits for the process and takes its result.</summary>
    /// <returns>
    /// <c>null</c> if it trained its step, was interrupted or has written the reason of a failure; otherwise what
    /// happened to it.
    /// </returns>
    /// <param name="isFailureKnown">Whether the process has written the reason of a failure.</param>
    /// <exception cref="TrainingException">An error that concerns all trials, such as a full disk.</exception>
    public string? Finish(bool isFailureKnown)
    {
        process.WaitForExit(); // also for the rest of the output
        int code = process.ExitCode;
        if (code is ExitCodes.Done or ExitCodes.Interrupted || isFailureKnown)
        {
            return null;
        }

        string[] lines;
        lock (error)
        {
            lines = error
                .ToString()
                .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }

        string? reported = lines.LastOrDefault(l => l.StartsWith(Reported, StringComparison.Ordinal));
        return reported is not null
            ? throw new TrainingException(
                ErrorKind.Internal,
                "trialStopped",
                $"{Step.Trial.Name}: {reported[Reported.Length..]}"
            )
            : string.Create(
                CultureInfo.InvariantCulture,
                $"its process ended with exit code {code}{(lines.Length > 0 ? ": " + lines[^1] : "")}"
            );
    }

    /// <inheritdoc/>
    public void Dispose() => process.Dispose();

    private const string Reported = "error: ";

    /// <summary>This program, either through its own host or through dotnet.</summary>
    private static (string Program, string[] First) Program()
    {
        string library = typeof(LabCommand).Assembly.Location;
        string? running = Environment.ProcessPath;
        return Path.GetFileNameWithoutExtension(running) switch
        {
            "mien-lab" => (running!, []),
            "dotnet" => (running!, [library]),
            _ => (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [library]),
        };
    }
}
