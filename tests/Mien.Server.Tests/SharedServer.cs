[assembly: AssemblyFixture(typeof(Mien.Server.Tests.SharedServer))]

namespace Mien.Server.Tests;

/// <summary>One service for all tests that need no special settings.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private TestServer server = null!;

    public HttpClient Client => server.Client;

    public Uri Address => server.Address;

    internal TestServer Server => server;

    public async ValueTask InitializeAsync() => server = await TestServer.StartAsync(o => o with { Workers = 2 });

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
