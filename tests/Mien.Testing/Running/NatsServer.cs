using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mien.Testing;

/// <summary>
/// A NATS server with JetStream on a port of this machine, with storage of its own. It can be killed and started again
/// on the same port and storage.
/// </summary>
public sealed class NatsServer : IDisposable
{
    private const int MaxTries = 5;

    /// <summary>
    /// Ports from 32768 on can be taken by any outgoing connection of this machine, also while the server is down.
    /// </summary>
    private const int MinPort = 20_000;

    private const int EndPort = 32_768;

    private static readonly TimeSpan MaxStart = TimeSpan.FromSeconds(20);

    private readonly string[] args;
    private readonly (string Name, string Value)[] variables = [];
    private Process? process;

    /// <summary>Starts a server; skips the test if there is no nats-server.</summary>
    /// <param name="folder">A folder for its storage and its log, created if it is missing.</param>
    /// <param name="more">More arguments, such as <c>--user</c>.</param>
    public NatsServer(string folder, params string[] more)
    {
        Directory.CreateDirectory(folder);
        Log = Path.Combine(folder, "nats.log");
        for (int tries = 1; ; tries++)
        {
            Port = FreePort();
            args =
            [
                "-js",
                "-sd",
                Path.Combine(folder, "storage"),
                "-a",
                "127.0.0.1",
                "-p",
                Port.ToString(CultureInfo.InvariantCulture),
                "-l",
                Log,
                .. more,
            ];
            if (TryStart())
            {
                return;
            }

            // Another program has taken the port meanwhile.
            bool isTaken = ReadLog().Contains("address already in use", StringComparison.Ordinal);
            Assert.True(isTaken && tries < MaxTries, "nats-server has ended: " + ReadLog());
            File.Delete(Log);
        }
    }

    private NatsServer(string configuration, int port, (string Name, string Value)[] variables)
    {
        Port = port;
        Log = configuration + ".log";
        args = ["-c", configuration, "-l", Log];
        this.variables = variables;
        Start();
    }

    /// <summary>Starts a server with a configuration file; skips the test if there is no nats-server.</summary>
    /// <param name="configuration">The file.</param>
    /// <param name="port">The port that it names.</param>
    /// <param name="variables">Variables of the environment.</param>
    public static NatsServer OfFile(string configuration, int port, params (string Name, string Value)[] variables) =>
        new(configuration, port, variables);

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>The address, without credentials.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{Port}");

    /// <summary>The path of the log.</summary>
    public string Log { get; }

    /// <summary>Ends the server as a power failure does; the storage stays.</summary>
    public void Kill()
    {
        if (process is { } running)
        {
            running.Kill();
            running.WaitForExit();
            running.Dispose();
            process = null;
        }
    }

    /// <summary>Starts the server again, and waits until clients can connect.</summary>
    public void Start() => Assert.True(TryStart(), "nats-server has ended: " + ReadLog());

    public void Dispose() => Kill();

    /// <summary>A port that nothing listens on.</summary>
    public static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(MinPort, EndPort);
            try
            {
                using var free = new TcpListener(IPAddress.Loopback, port);
                free.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }

    /// <returns>Whether the server answers; <see langword="false"/> if it has ended.</returns>
    private bool TryStart()
    {
        var program = new ProcessStartInfo("nats-server", args);
        foreach ((string name, string value) in variables)
        {
            program.Environment[name] = value;
        }

        try
        {
            process = Process.Start(program)!;
        }
        catch (Win32Exception)
        {
            Requirements.Missing(
                Requirements.Nats,
                "nats-server was not found on the PATH. Install it (apt-get install nats-server)."
            );
        }

        long start = Stopwatch.GetTimestamp();
        while (!Answers())
        {
            if (process.HasExited)
            {
                process.Dispose();
                process = null;
                return false;
            }

            Assert.True(Stopwatch.GetElapsedTime(start) < MaxStart, "nats-server does not answer: " + ReadLog());
            Thread.Sleep(20);
        }

        return true;
    }

    /// <summary>Whether the server greets a client and has JetStream.</summary>
    private bool Answers()
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, Port);
            byte[] greeting = new byte[4096];
            int length = client.GetStream().Read(greeting);
            string text = Encoding.ASCII.GetString(greeting, 0, length);
            return text.Contains("\"jetstream\":true", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private string ReadLog() => File.Exists(Log) ? File.ReadAllText(Log) : "no log";
}
