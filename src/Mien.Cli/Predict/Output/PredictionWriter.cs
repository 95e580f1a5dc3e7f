namespace Mien.Cli;

/// <summary>
/// Writes results one after another. The output is valid after <see cref="End"/>, whatever the number of results.
/// </summary>
internal abstract class PredictionWriter(TextWriter output)
{
    protected TextWriter Output { get; } = output;

    /// <summary>Writes what precedes the first result; not called if a file is resumed.</summary>
    public virtual void Begin() { }

    public abstract void Write(RecognitionResult result);

    public virtual void End() { }

    public void Flush() => Output.Flush();
}
