using System.Globalization;
using System.Text;

namespace Mien.Testing;

/// <summary>Small made data in the form of <c>fer2013.csv</c>.</summary>
public static class MadeCsv
{
    public const int Side = 48;

    /// <summary>
    /// Images of all seven expressions: an expression is a gray value with some noise, which one seed makes the same
    /// again.
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

    /// <summary>One row: a label, a gray value everywhere, a usage.</summary>
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
