using System.Collections;

namespace Mien.Server.Tests;

/// <summary>
/// Keeps a service's only worker busy until it is opened, without a hook in the service: a job whose list of boxes does
/// not end being read.
/// </summary>
internal sealed class Gate : IReadOnlyList<FaceBox>, IDisposable
{
    private readonly ManualResetEventSlim open = new();
    private readonly ManualResetEventSlim entered = new();

    private Gate() { }

    public int Count => 1;

    public FaceBox this[int index] => new(0, 0, 10, 10);

    /// <summary>Closes it; when this returns, the worker stands in it.</summary>
    public static async Task<Gate> CloseAsync(TestServer server)
    {
        var gate = new Gate();
        Upload upload = await Upload.ReadAsync(
            new MemoryStream(Images.Face(Expression.Anger)),
            "gate",
            1 << 20,
            new UploadBudget(1 << 20),
            CancellationToken.None
        );
        server.Queue.Add(
            new RecognitionJob(upload, "gate", new RecognitionOptions { Boxes = gate }, CancellationToken.None)
        );
        gate.entered.Wait(TestContext.Current.CancellationToken);
        return gate;
    }

    public void Open() => open.Set();

    public IEnumerator<FaceBox> GetEnumerator()
    {
        entered.Set();
        open.Wait();
        yield return this[0];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => Open(); // the events are left to the collector: the worker may still look at them
}
