namespace Mien;

/// <summary>
/// The seven expressions of FER2013, numbered as in its files. A label describes the visible expression as annotators
/// saw it, not what the person felt.
/// </summary>
public enum Expression
{
    /// <summary>Anger (FER2013 label 0).</summary>
    Anger = 0,

    /// <summary>Disgust (FER2013 label 1).</summary>
    Disgust = 1,

    /// <summary>Fear (FER2013 label 2).</summary>
    Fear = 2,

    /// <summary>Happiness (FER2013 label 3).</summary>
    Happiness = 3,

    /// <summary>Sadness (FER2013 label 4).</summary>
    Sadness = 4,

    /// <summary>Surprise (FER2013 label 5).</summary>
    Surprise = 5,

    /// <summary>Neutral (FER2013 label 6).</summary>
    Neutral = 6,
}
