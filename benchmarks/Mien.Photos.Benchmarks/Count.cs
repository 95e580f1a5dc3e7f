using System.Globalization;

namespace Mien.Photos.Benchmarks;

/// <summary>Sums over several images: marked faces, faces found, false positives, and detector runs.</summary>
internal readonly record struct Count(int Pictures, int Marked, int Found, int False, int Runs)
{
    /// <summary>The mean number of detector runs per image, which determines the cost.</summary>
    public double RunsAPicture => (double)Runs / Pictures;

    /// <summary>Recall, false positives and runs, such as "98.2 % / 1 / 5".</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{100.0 * Found / Marked:0.0} % / {False} / {RunsAPicture:0.#}");
}
