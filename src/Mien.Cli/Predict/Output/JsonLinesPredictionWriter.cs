namespace Mien.Cli;

/// <summary>Writes JSON Lines: one complete JSON object per line.</summary>
internal sealed class JsonLinesPredictionWriter(TextWriter output, string model) : PredictionWriter(output)
{
    public override void Write(RecognitionResult result)
    {
        Output.Write(RecognitionJson.ToJson(result, model));
        Output.Write('\n');
    }
}
