using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Mien.Server.Load;

/// <summary>
/// Requests per second and latencies with one photo, for several numbers of clients, compared with a loop over the
/// library on as many threads as the service has workers. The clients take processor time from the service, as on any
/// single machine. The loop runs before and after, because a virtual machine does not always have the same speed.
/// </summary>
internal sealed class LoadRun(Arguments arguments)
{
    private readonly byte[] photo = OneFacePhoto.Make();

    public async Task<int> RunAsync()
    {
        double before = Loop();
        await using ServerProcess server = await ServerProcess.StartAsync([
            "--queue-length",
            "256",
            .. arguments.Model is null ? (string[])[] : ["--model", arguments.Model],
        ]);
        double idle = server.ResidentMiB;
        var rows = new List<(int Clients, double Rate, Latencies Latencies, string Statuses)>();
        foreach (int clients in arguments.Clients)
        {
            await MeasureAsync(server, clients, Math.Min(2, arguments.Seconds));
            rows.Add(await MeasureAsync(server, clients, arguments.Seconds));
        }

        double after = server.ResidentMiB;
        int code = await server.StopAsync();
        double loop = (before + Loop()) / 2;
        Print(
            $"Start to ready: {server.TimeToReady.TotalSeconds:0.00} s. Resident memory: {idle:0} MiB "
                + $"idle, {after:0} MiB after the load. Exit code {code}."
        );
        Print(
            $"The library in a loop on {Environment.ProcessorCount} threads: {loop:0.0} photos/s (mean "
                + $"of {before:0.0} before and {loop * 2 - before:0.0} after)."
        );
        Console.WriteLine();
        Console.WriteLine("| clients | requests/s | share of the loop | p50 ms | p99 ms | max ms | statuses |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | --- |");
        foreach ((int clients, double rate, Latencies latencies, string statuses) in rows)
        {
            Print($"| {clients} | {rate:0.0} | {rate / loop:0.00} | {latencies} | {statuses} |");
        }

        Console.Write(server.Log);
        return
            rows.All(r =>
                r.Statuses.StartsWith("200:", StringComparison.Ordinal)
                && !r.Statuses.Contains(' ', StringComparison.Ordinal)
            )
            && code == 0
            ? 0
            : 1;
    }

    private static void Print(string line) => Console.WriteLine(line);

    private async Task<(int Clients, double Rate, Latencies Latencies, string Statuses)> MeasureAsync(
        ServerProcess server,
        int clients,
        double seconds
    )
    {
        var times = new ConcurrentBag<double>();
        var statuses = new ConcurrentDictionary<int, int>();
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = clients, UseProxy = false };
        using var client = new HttpClient(handler) { BaseAddress = server.Address };
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            Enumerable
                .Range(0, clients)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
                        {
                            long sent = Stopwatch.GetTimestamp();
                            using HttpResponseMessage answer = await client.PostAsync(
                                "/v1/faces",
                                new ByteArrayContent(photo)
                            );
                            await answer.Content.ReadAsByteArrayAsync();
                            times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                            statuses.AddOrUpdate((int)answer.StatusCode, 1, (_, n) => n + 1);
                        }
                    })
                )
        );
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (
            clients,
            times.Count / elapsed,
            new Latencies(times),
            string.Join(
                ' ',
                statuses
                    .OrderBy(s => s.Key)
                    .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key}:{s.Value}"))
            )
        );
    }

    /// <summary>Photos per second of the library alone, with the same options as the service.</summary>
    private double Loop()
    {
        var options = new RecognizerOptions
        {
            Inference = new ClassifierOptions { Threads = 1, Spinning = false },
        };
        using FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create(
            arguments.Model is null ? options : options with { Model = arguments.Model }
        );
        if (recognizer.Recognize(photo).Faces.Count != 1)
        {
            throw new InvalidOperationException(
                $"The photo has {recognizer.Recognize(photo).Faces.Count} faces, expected one."
            );
        }

        long done = 0;
        long start = Stopwatch.GetTimestamp();
        Thread[] threads =
        [
            .. Enumerable
                .Range(0, Environment.ProcessorCount)
                .Select(_ => new Thread(() =>
                {
                    while (Stopwatch.GetElapsedTime(start).TotalSeconds < arguments.Seconds)
                    {
                        recognizer.Recognize(photo);
                        Interlocked.Increment(ref done);
                    }
                })),
        ];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        return done / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
