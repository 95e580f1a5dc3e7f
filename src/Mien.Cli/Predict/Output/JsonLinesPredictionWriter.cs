namespace Mien.Cli;

/// <summary>JSON Lines: an object a line, each line whole by itself.</summary>
internal sealed class JsonLinesPredictionWriter(TextWriter output, string model) : PredictionWriter(output)
{
    public override void Write(RecognitionResult result)
    {
        Output.Write(RecognitionJson.ToJson(result, model));
        Output.Write('\n');
    }
}
