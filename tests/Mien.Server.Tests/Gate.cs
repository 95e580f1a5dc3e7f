using System.Collections;

namespace Mien.Server.Tests;

/// <summary>
/// Keeps the only worker of a service busy until the gate is opened. It needs no hook in the service: it is the list of
/// boxes of a job, and enumerating it blocks.
/// </summary>
internal sealed class Gate : IReadOnlyList<FaceBox>, IDisposable
{
    private readonly ManualResetEventSlim open = new();
    private readonly ManualResetEventSlim entered = new();

    private Gate() { }

    public int Count => 1;

    public FaceBox this[int index] => new(0, 0, 10, 10);

    /// <summary>Closes the gate; when this returns, the worker is blocked by it.</summary>
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

    public void Dispose() => Open(); // the events are not disposed of, since the worker may still use them
}
