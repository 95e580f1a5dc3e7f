using NATS.NKeys;

namespace Mien.Workers.Tests;

/// <summary>Whole jobs on a real server that ends, and with connections that are cut.</summary>
[Collection(nameof(RealServer))]
public sealed class NatsFailureTests
{
    /// <summary>
    /// The server waits only 2 s for credentials unless told otherwise, too little for a busy machine.
    /// </summary>
    private const string MuchTime = "timeout: 60";

    [Fact]
    public async Task Several_workers_process_every_photo_once()
    {
        using var folder = new TempFolder();
        using var server = new NatsServer(folder["server"]);
        var run = new NatsRun(Output(folder), NatsRun.Patient(server.Url));
        await run.EnqueueAsync(shardSize: 20);
        int shards = 0;
        await run.WorkAsync(3, done => shards = Math.Max(shards, done));
        Assert.Equal(30, shards);
        await run.CheckAsync();
    }

    [Fact]
    public async Task Shards_that_were_queued_twice_count_once()
    {
        using var folder = new TempFolder();
        using var server = new NatsServer(folder["server"]);
        NatsSettings settings = NatsRun.Patient(server.Url);
        var run = new NatsRun(Output(folder), settings);
        await run.EnqueueAsync(shardSize: 20);
        await using (NatsJobs jobs = await NatsJobs.ConnectAsync(settings, default))
        {
            for (int i = 0; i < 30; i += 2)
            {
                var shard = ShardManifest.Create(Scenario.Job, [.. run.Photos.Skip(20 * i).Take(20)], i);
                await jobs.PublishAsync(shard, $"again {i}", default); // another name, so that it is not dropped
            }

            Assert.Equal(45, (await jobs.CountAsync(default))["archive"]);
        }

        int shards = 0;
        await run.WorkAsync(3, done => shards = Math.Max(shards, done));
        Assert.Equal(30, shards);
        await run.CheckAsync();
    }

    [Fact]
    public async Task A_server_that_is_killed_again_and_again_loses_nothing()
    {
        using var folder = new TempFolder();
        using var server = new NatsServer(folder["server"]);
        var run = new NatsRun(Output(folder), NatsRun.Quick(server.Url));
        int killed = 0;
        await run.EnqueueAsync(
            shardSize: 10,
            progress =>
            {
                if (progress.Queued > 0 && killed++ < 1)
                {
                    server.Kill();
                    server.Start();
                }
            }
        );
        await run.WorkAsync(
            3,
            done =>
            {
                // The other workers meet the server as it is: gone, or just back.
                if (done % 20 == 5)
                {
                    Interlocked.Increment(ref killed);
                    server.Kill();
                    server.Start();
                }
            }
        );
        Assert.InRange(killed, 3, 10);
        await run.CheckAsync();
    }

    [Fact]
    public async Task Connections_that_are_cut_again_and_again_lose_nothing()
    {
        using var folder = new TempFolder();
        using var server = new NatsServer(folder["server"]);
        await using var proxy = new CuttingProxy(server.Port);
        var run = new NatsRun(Output(folder), NatsRun.Quick(proxy.Url));
        await run.EnqueueAsync(shardSize: 10, _ => proxy.Cut());
        await run.WorkAsync(
            3,
            done =>
            {
                if (done % 10 == 3)
                {
                    proxy.Cut();
                }
            }
        );
        Assert.True(proxy.Accepted > 3 + 4, $"only {proxy.Accepted} connections");
        await run.CheckAsync();
    }

    [Theory]
    [InlineData("ada", "wrong", null)]
    [InlineData(null, null, null)]
    [InlineData(null, null, "token")]
    public async Task Wrong_credentials_are_refused_with_advice(string? user, string? password, string? token)
    {
        using var folder = new TempFolder();
        string config = folder.Write("nats.conf", $"authorization: {{ user: ada, password: secret, {MuchTime} }}");
        using var server = new NatsServer(folder["server"], "-c", config);
        NatsSettings settings = NatsRun.Patient(server.Url) with { User = user, Password = password, Token = token };
        var error = await Assert.ThrowsAsync<QueueException>(() => NatsJobs.ConnectAsync(settings, default));
        Assert.Equal("natsRefused", error.Code);
        Assert.False(error.IsTransient);
        Assert.Contains("MIEN_NATS_PASSWORD", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", error.Message, StringComparison.Ordinal);

        NatsSettings right = settings with { User = "ada", Password = "secret", Token = null };
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(right, default);
        Assert.Empty((await jobs.ListJobsAsync(default)).Jobs);

        // Credentials in an address, which only the environment may have.
        string address = server.Url.Replace("//", "//ada:secret@", StringComparison.Ordinal);
        await using NatsJobs other = await NatsJobs.ConnectAsync(NatsRun.Patient(address), default);
        Assert.True(other.IsConnected);
    }

    [Fact]
    public async Task An_account_without_JetStream_is_an_error_that_says_so()
    {
        using var folder = new TempFolder();
        string config = folder.Write("nats.conf", "accounts: { A: { users: [ { user: ada, password: secret } ] } }");
        using var server = new NatsServer(folder["server"], "-c", config);
        NatsSettings settings = NatsRun.Patient(server.Url) with { User = "ada", Password = "secret" };
        var error = await Assert.ThrowsAsync<QueueException>(() => NatsJobs.ConnectAsync(settings, default));
        Assert.Equal(("natsNoJetStream", false), (error.Code, error.IsTransient));
        Assert.Contains("nats-server -js", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_nkey_file_with_nothing_but_the_seed_is_enough()
    {
        using var folder = new TempFolder();
        using var pair = KeyPair.CreatePair(PrefixByte.User);
        string config = folder.Write(
            "nats.conf",
            $"authorization: {{ users: [ {{ nkey: {pair.GetPublicKey()} }} ], {MuchTime} }}"
        );
        using var server = new NatsServer(folder["server"], "-c", config);
        NatsSettings settings = NatsRun.Patient(server.Url) with { NKeyFile = folder.Write("nkey", pair.GetSeed()) };
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(settings, default);
        Assert.Empty((await jobs.ListJobsAsync(default)).Jobs);

        using var other = KeyPair.CreatePair(PrefixByte.User);
        NatsSettings wrong = settings with { NKeyFile = folder.Write("other", other.GetSeed()) };
        var error = await Assert.ThrowsAsync<QueueException>(() => NatsJobs.ConnectAsync(wrong, default));
        Assert.Equal("natsRefused", error.Code);
    }

    [Fact]
    public async Task A_token_and_TLS_with_an_authority_of_ones_own_are_supported()
    {
        using var folder = new TempFolder();
        Certificates.Write(folder);
        string config = folder.Write(
            "nats.conf",
            $$"""
            authorization: { token: token, {{MuchTime}} }
            tls: { cert_file: "{{folder["server.pem"]}}", key_file: "{{folder["server.key"]}}", {{MuchTime}} }
            """
        );
        using var server = new NatsServer(folder["server"], "-c", config);
        NatsSettings settings = NatsRun.Patient(server.Url) with { Token = "token", CaFile = folder["ca.pem"] };
        await using (NatsJobs jobs = await NatsJobs.ConnectAsync(settings, default))
        {
            Assert.Empty((await jobs.ListJobsAsync(default)).Jobs);
        }

        var error = await Assert.ThrowsAsync<QueueException>(() =>
            NatsJobs.ConnectAsync(settings with { CaFile = null }, default)
        );
        Assert.Equal("natsUnavailable", error.Code);
        Assert.Contains("certificate", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    private static string Output(TempFolder folder) => Directory.CreateDirectory(folder["results"]).FullName;
}
