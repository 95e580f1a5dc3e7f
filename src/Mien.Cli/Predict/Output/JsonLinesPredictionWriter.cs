namespace Mien.Cli;

/// <summary>Writes JSON Lines: one complete JSON object per line.</summary>
/// <param name="output">The destination.</param>
/// <param name="model">The name of the model of the results.</param>
/// <param name="newLine">The line end: that of the file that is resumed.</param>
internal sealed class JsonLinesPredictionWriter(TextWriter output, string model, string newLine = "\n")
    : PredictionWriter(output)
{
    public override void Write(RecognitionResult result)
    {
        Output.Write(RecognitionJson.ToJson(result, model));
        Output.Write(newLine);
    }
}
