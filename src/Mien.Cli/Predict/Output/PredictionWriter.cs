namespace Mien.Cli;

/// <summary>
/// Writes results one after another, in a form that is valid as soon as <see cref="End"/> was called, however early.
/// </summary>
internal abstract class PredictionWriter(TextWriter output)
{
    protected TextWriter Output { get; } = output;

    /// <summary>Writes what stands before the first result; not called where a file is gone on with.</summary>
    public virtual void Begin() { }

    public abstract void Write(RecognitionResult result);

    public virtual void End() { }

    public void Flush() => Output.Flush();
}
