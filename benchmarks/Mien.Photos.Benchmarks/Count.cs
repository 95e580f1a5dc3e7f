using System.Globalization;

namespace Mien.Photos.Benchmarks;

/// <summary>
/// Over some pictures: how many faces there are, were found, and were found that are none, and how often the detector
/// ran.
/// </summary>
internal readonly record struct Count(int Pictures, int Marked, int Found, int False, int Runs)
{
    /// <summary>How often the detector ran for a picture, on average: what a picture costs.</summary>
    public double RunsAPicture => (double)Runs / Pictures;

    /// <summary>Recall, false faces and runs, such as "98.2 % / 1 / 5".</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{100.0 * Found / Marked:0.0} % / {False} / {RunsAPicture:0.#}");
}
