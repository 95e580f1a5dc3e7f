using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Mien.Server.Tests;

/// <summary>A real service on a free port of this machine, with a model whose predictions are known.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private static readonly Lazy<string> Model = new(() =>
    {
        string folder = Path.Combine(Path.GetTempPath(), $"mien-server-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return BrightnessModel.Write(Path.Combine(folder, "m.onnx"));
    });

    private TestServer(WebApplication app)
    {
        App = app;
        Address = new Uri(app.Urls.First());
        Client = new HttpClient { BaseAddress = Address };
    }

    public WebApplication App { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public RecognitionQueue Queue => App.Services.GetRequiredService<RecognitionQueue>();

    public UploadBudget Budget => App.Services.GetRequiredService<UploadBudget>();

    public FaceExpressionRecognizer Recognizer => App.Services.GetRequiredService<FaceExpressionRecognizer>();

    public static ServerOptions Options =>
        new()
        {
            Port = 0,
            Model = Model.Value,
            Workers = 1,
            Rate = 0,
        };

    public static async Task<TestServer> StartAsync(Func<ServerOptions, ServerOptions>? change = null)
    {
        WebApplication app = MienServer.Create(change?.Invoke(Options) ?? Options);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync(CancellationToken.None);
        await App.DisposeAsync();
    }
}
