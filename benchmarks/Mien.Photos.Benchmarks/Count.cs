using System.Globalization;

namespace Mien.Photos.Benchmarks;

/// <summary>How many faces there are, how many were found, and how many were found that are none.</summary>
internal readonly record struct Count(int Marked, int Found, int False)
{
    public string Recall => string.Create(CultureInfo.InvariantCulture, $"{100.0 * Found / Marked:0.0} %");

    /// <summary>Recall and false faces, such as "98.2 % / 1".</summary>
    public override string ToString() => $"{Recall} / {False}";
}
