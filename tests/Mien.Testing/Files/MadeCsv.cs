using System.Globalization;
using System.Text;

namespace Mien.Testing;

/// <summary>Small synthetic data sets in the format of <c>fer2013.csv</c>.</summary>
public static class MadeCsv
{
    public const int Side = 48;

    /// <summary>
    /// Creates images of all seven expressions. Each expression is a gray value with some noise; the same seed gives
    /// the same data.
    /// </summary>
    public static string Of(int trainingEach, int publicTestEach, int privateTestEach = 0, int seed = 1)
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

    /// <summary>Creates one row: a label, pixels of one gray value, and a usage.</summary>
    public static string Row(Expression label, int gray, string usage) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(int)label},{string.Join(' ', Enumerable.Repeat(gray, Side * Side))},{usage}\n"
        );

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
