namespace Mien.Cli;

/// <summary>Writes a JSON array with one object per line.</summary>
internal sealed class JsonPredictionWriter(TextWriter output, string model) : PredictionWriter(output)
{
    private bool any;

    public override void Begin() => Output.Write('[');

    public override void Write(RecognitionResult result)
    {
        Output.Write(any ? ",\n " : "\n ");
        Output.Write(RecognitionJson.ToJson(result, model));
        any = true;
    }

    public override void End() => Output.Write("\n]\n");
}
