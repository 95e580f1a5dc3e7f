namespace Mien.Evaluation;

/// <summary>How often a model is right on images corrupted to one degree.</summary>
/// <param name="Strength">The strength; <see cref="Corruption"/> says in what.</param>
/// <param name="Count">The number of images, at least 1.</param>
/// <param name="Correct">The number classified rightly.</param>
internal sealed record RobustnessPoint(double Strength, int Count, int Correct)
{
    /// <summary>The share classified rightly, 0..1.</summary>
    public double Accuracy => Correct / (double)Count;

    /// <summary>The 95 % Wilson interval of <see cref="Accuracy"/>.</summary>
    public Interval AccuracyInterval => Interval.Wilson(Correct, Count);
}
