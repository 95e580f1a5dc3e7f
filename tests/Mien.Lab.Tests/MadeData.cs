using System.Globalization;
using System.Text;

namespace Mien.Lab.Tests;

/// <summary>A small network, and FER+ votes for the data of <see cref="MadeCsv"/>.</summary>
internal static class MadeData
{
    public const string Network = """
        {
          // small enough to train in a fraction of a second
          "name": "tiny",
          "input": { "width": 16, "height": 16 },
          "layers": [
            { "type": "conv", "filters": 8, "kernel": 3 },
            { "type": "batchNorm" },
            { "type": "relu" },
            { "type": "globalAveragePool" },
            { "type": "dense", "units": 7 }
          ]
        }
        """;

    /// <summary>
    /// FER+ votes for <see cref="MadeCsv.Of"/>: ten for the label, or eight for it and two for neutral.
    /// </summary>
    public static string Votes(int trainingEach, int publicTestEach)
    {
        var text = new StringBuilder(
            "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"
        );
        Expression[] columns =
        [
            Expression.Neutral,
            Expression.Happiness,
            Expression.Surprise,
            Expression.Sadness,
            Expression.Anger,
            Expression.Disgust,
            Expression.Fear,
        ];
        foreach ((string usage, int each) in new[] { ("Training", trainingEach), ("PublicTest", publicTestEach) })
        {
            for (int i = 0; i < each * Expressions.Count; i++)
            {
                int doubts = i % 2 == 0 ? 0 : 2;
                var votes = columns.Select(c =>
                    ((int)c == i % Expressions.Count ? 10 - doubts : 0) + (c == Expression.Neutral ? doubts : 0)
                );
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{usage},fer{i:0000000}.png,{string.Join(',', votes)},0,0,0\n"
                );
            }
        }

        return text.ToString();
    }
}
