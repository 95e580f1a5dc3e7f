namespace Mien.Evaluation;

/// <summary>The accuracy of a model under one corruption at one strength.</summary>
/// <param name="Strength">The strength, in the unit that <see cref="Corruption"/> states.</param>
/// <param name="Count">The number of images, at least 1.</param>
/// <param name="Correct">The number classified correctly.</param>
internal sealed record RobustnessPoint(double Strength, int Count, int Correct)
{
    /// <summary>The share classified correctly, 0..1.</summary>
    public double Accuracy => Correct / (double)Count;

    /// <summary>The 95 % Wilson interval of <see cref="Accuracy"/>.</summary>
    public Interval AccuracyInterval => Interval.Wilson(Correct, Count);
}
