using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Mien.Server.Load;

/// <summary>
/// Mixes valid, invalid, oversized, slow and aborted uploads with clients that only hold connections. Required: no 5xx
/// except the intended 503, and constant memory.
/// </summary>
internal sealed class SoakRun(Arguments arguments)
{
    private readonly ConcurrentDictionary<(string Kind, string Outcome), int> outcomes = new();
    private readonly ConcurrentBag<double> times = [];
    private readonly List<(int Done, double MiB)> memory = [];

    public async Task<int> RunAsync()
    {
        await using ServerProcess server = await ServerProcess.StartAsync([
            "--headers-timeout",
            "5s",
            "--stream-idle",
            "20s",
            .. arguments.Model is null ? (string[])[] : ["--model", arguments.Model],
        ]);
        Print(
            $"Start to ready: {server.TimeToReady.TotalSeconds:0.00} s; {server.ResidentMiB:0} MiB resident when idle."
        );
        using var uploads = new Uploads(server.Address, OneFacePhoto.Make());
        int next = 0,
            done = 0;
        long start = Stopwatch.GetTimestamp();
        using var others = new CancellationTokenSource();
        Task holding = new Holders(server.Address, Count).RunAsync(others.Token);
        Task watching = WatchAsync(server, () => Volatile.Read(ref done), others.Token);
        await Task.WhenAll(
            Enumerable
                .Range(0, arguments.Clients[0])
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        int number;
                        while ((number = Interlocked.Increment(ref next)) <= arguments.Requests && !server.HasExited)
                        {
                            string kind = Uploads.KindOf(number);
                            long sent = Stopwatch.GetTimestamp();
                            string outcome = await uploads.SendAsync(kind);
                            if (kind == "photo" && outcome == "200")
                            {
                                times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                            }

                            Count(kind, outcome);
                            Interlocked.Increment(ref done);
                        }
                    })
                )
        );
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await others.CancelAsync();
        await holding;
        await watching;
        await Task.Delay(TimeSpan.FromSeconds(5));
        double last = server.ResidentMiB;
        string alive = await uploads.SendAsync("photo");
        int code = await server.StopAsync();
        Report(elapsed, last);
        Print($"A valid photo afterwards: {alive}. Exit code {code}.");
        Console.Write(server.Log);
        (string Kind, string Outcome)[] wrong = [.. outcomes.Keys.Where(k => !Uploads.IsExpected(k.Kind, k.Outcome))];
        foreach ((string kind, string outcome) in wrong)
        {
            Print($"UNEXPECTED: {kind} → {outcome}, {outcomes[(kind, outcome)]} times");
        }

        return wrong.Length == 0 && alive == "200" && code == 0 ? 0 : 1;
    }

    private static void Print(string line) => Console.WriteLine(line);

    private void Count(string kind, string outcome) => outcomes.AddOrUpdate((kind, outcome), 1, (_, n) => n + 1);

    private void Report(double elapsed, double last)
    {
        var latencies = new Latencies(times);
        Print(
            $"{arguments.Requests} requests of {arguments.Clients[0]} clients in {elapsed:0.0} s. Valid photos "
                + $"(p50 | p99 | max, ms): {latencies}."
        );
        Console.WriteLine();
        Console.WriteLine("| kind | outcome | count |");
        Console.WriteLine("| --- | --- | ---: |");
        foreach (((string kind, string outcome), int count) in outcomes.OrderBy(o => o.Key))
        {
            Print($"| {kind} | {outcome} | {count} |");
        }

        Console.WriteLine();
        Console.WriteLine("| requests done | resident MiB |");
        Console.WriteLine("| ---: | ---: |");
        int step = Math.Max(1, memory.Count / 12);
        for (int i = 0; i < memory.Count; i += step)
        {
            Print($"| {memory[i].Done} | {memory[i].MiB:0} |");
        }

        Print($"| all, 5 s later | {last:0} |");
        Console.WriteLine();
    }

    private async Task WatchAsync(ServerProcess server, Func<int> done, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                memory.Add((done(), server.ResidentMiB));
                await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            memory.Add((done(), server.ResidentMiB));
        }
    }
}
