using System.Globalization;
using System.Text;

namespace Mien.Lab.Tests;

/// <summary>Small made data in the form of <c>fer2013.csv</c>, a small network, and a recipe.</summary>
internal static class MadeData
{
    public const int Side = 48;

    public const string Network = """
        {
          // small enough to train in a moment
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
    /// Images of all seven expressions: an expression is a gray value with some noise, which one seed makes the same
    /// again.
    /// </summary>
    public static string Csv(int trainingEach, int publicTestEach, int privateTestEach = 0, int seed = 1)
    {
        var random = new Random(seed);
        var text = new StringBuilder("emotion,pixels,Usage\n");
        foreach (
            (string usage, int each) in new[]
            {
                ("Training", trainingEach),
                ("PublicTest", publicTestEach),
                ("PrivateTest", privateTestEach),
            }
        )
        {
            for (int i = 0; i < each * Expressions.Count; i++)
            {
                AppendRow(text, random, i % Expressions.Count, usage);
            }
        }

        return text.ToString();
    }

    /// <summary>One row: a label, a gray value everywhere, a usage.</summary>
    public static string Row(Expression label, int gray, string usage) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(int)label},{string.Join(' ', Enumerable.Repeat(gray, Side * Side))},{usage}\n"
        );

    /// <summary>FER+ votes for <see cref="Csv"/>: ten for the label, or eight for it and two for neutral.</summary>
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

    private static void AppendRow(StringBuilder text, Random random, int label, string usage)
    {
        text.Append(CultureInfo.InvariantCulture, $"{label},");
        for (int i = 0; i < Side * Side; i++)
        {
            int gray = 30 + (30 * label) + random.Next(-25, 26);
            text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : " ")}{Math.Clamp(gray, 0, 255)}");
        }

        text.Append(CultureInfo.InvariantCulture, $",{usage}\n");
    }
}
