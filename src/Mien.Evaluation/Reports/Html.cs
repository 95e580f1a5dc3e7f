using System.Globalization;
using System.Net;

namespace Mien.Evaluation;

/// <summary>Formats text and numbers for the HTML report.</summary>
internal static class Html
{
    /// <summary>
    /// Escapes text for an element or a quoted attribute. Names of files and models are untrusted input.
    /// </summary>
    public static string Escape(string text) =>
        WebUtility.HtmlEncode(new string([.. text.Select(c => char.IsControl(c) ? '\uFFFD' : c)]));

    /// <summary>A share as percent with two decimals: 0.7 is <c>70.00 %</c>.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.00} %");

    /// <summary>A share as whole percent, for narrow cells.</summary>
    public static string WholePercent(double share) =>
        string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} %");

    /// <summary>An interval of a share: <c>68.5 to 71.5 %</c>.</summary>
    public static string Percent(Interval interval) =>
        string.Create(CultureInfo.InvariantCulture, $"{interval.Low * 100:0.0} to {interval.High * 100:0.0} %");

    /// <summary>A number with a fixed number of decimals.</summary>
    public static string Number(double value, int decimals = 3) =>
        value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>A count with thousands separated: 28,709.</summary>
    public static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A p-value; very small ones are given as an upper bound.</summary>
    public static string PValue(double p) => p < 0.0001 ? "< 0.0001" : Number(p, 4);
}
