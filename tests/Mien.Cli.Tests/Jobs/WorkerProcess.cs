using System.Diagnostics;
using System.Text;

namespace Mien.Cli.Tests;

/// <summary>The program in a process of its own.</summary>
internal sealed class WorkerProcess : IDisposable
{
    /// <summary>A process that takes longer has failed its test.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(4);

    private readonly Process process;
    private readonly Task<string> output;
    private readonly StringBuilder error = new();

    /// <summary>Starts it.</summary>
    /// <param name="args">Its arguments.</param>
    /// <param name="variables">Variables of its environment, in addition to those of the tests.</param>
    public WorkerProcess(string[] args, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(MienProgram.File, args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
        FirstLine = process.StandardOutput.ReadLineAsync();
        output = FirstLine.ContinueWith(
            first => first.Result + process.StandardOutput.ReadToEnd(),
            TaskScheduler.Default
        );
        process.ErrorDataReceived += (_, line) =>
        {
            lock (error)
            {
                error.Append(line.Data).Append('\n');
            }
        };
        process.BeginErrorReadLine();
    }

    /// <summary>The number of the process.</summary>
    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>The first line of its standard output.</summary>
    public Task<string?> FirstLine { get; }

    /// <summary>Ends it as a power failure does.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Sends SIGTERM, and waits until the program has said that it stops.</summary>
    public void Terminate()
    {
        Interruption.Terminate(process);
        Workplace.WaitUntil(() => Error().Contains("Stopping.", StringComparison.Ordinal), "stopping");
    }

    /// <summary>Waits for its end.</summary>
    public CliResult Wait()
    {
        if (!process.WaitForExit(MaxTime))
        {
            Kill();
            Assert.Fail($"The program has not ended after {MaxTime.TotalSeconds} s: {Error()}");
        }

        process.WaitForExit(); // until all of its output is read
        return new CliResult(process.ExitCode, output.GetAwaiter().GetResult(), Error());
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Kill();
        }

        process.Dispose();
    }

    private string Error()
    {
        lock (error)
        {
            return error.ToString();
        }
    }
}
