namespace Mien.Cli.Prediction;

/// <summary>Writes outcomes one after another, in a form that is valid as soon as <see cref="End"/> was called, however early.</summary>
internal abstract class PredictionWriter(TextWriter output)
{
    protected TextWriter Output { get; } = output;

    public virtual void Begin()
    {
    }

    public abstract void Write(ImageOutcome outcome);

    public virtual void End()
    {
    }

    public void Flush() => Output.Flush();
}
