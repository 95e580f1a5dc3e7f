namespace Mien.Evaluation;

/// <summary>The figures of one label through face detection.</summary>
/// <param name="OfFound">Its figures among the found faces.</param>
/// <param name="Missed">The number of faces with this label that were not found.</param>
/// <param name="Correct">The number of faces with this label that were classified correctly.</param>
internal sealed record DetectionClassResult(ClassResult OfFound, int Missed, int Correct)
{
    public string Label => OfFound.Label;

    /// <summary>The number of faces with this label that were found.</summary>
    public int Found => OfFound.Support;

    /// <summary>The number of faces with this label, found or missed.</summary>
    public int Support => Found + Missed;

    /// <summary>
    /// The share of the faces with this label that were classified correctly, 0..1, where a missed face is not correct;
    /// 0 where there is no such face.
    /// </summary>
    public double Accuracy => Support == 0 ? 0 : Correct / (double)Support;

    /// <summary>The 95 % Wilson interval of <see cref="Accuracy"/>; 0..1 where there is no such face.</summary>
    public Interval AccuracyInterval => Interval.Wilson(Correct, Support);

    /// <summary>
    /// The share of the found faces with this label that were classified correctly, 0..1; 0 where there is none.
    /// </summary>
    public double AccuracyOfFound => OfFound.Recall;

    /// <summary>The 95 % Wilson interval of <see cref="AccuracyOfFound"/>; 0..1 where there is no such face.</summary>
    public Interval AccuracyOfFoundInterval => Interval.Wilson(Correct, Found);
}
