namespace Mien.Training;

/// <summary>How the learning rate goes over a training.</summary>
internal enum ScheduleKind
{
    /// <summary>Stays.</summary>
    Constant,

    /// <summary>Is multiplied by a factor every so many epochs.</summary>
    Step,

    /// <summary>Falls along half a cosine (Loshchilov and Hutter, 2017, without restarts).</summary>
    Cosine,

    /// <summary>
    /// Rises along a cosine and falls along another (Smith and Topin, 2018), from 1/25 of the highest.
    /// </summary>
    OneCycle,

    /// <summary>
    /// Stays, then falls along a line over the last epochs (Hägele et al., 2024). While it stays, the number of epochs
    /// can still be raised: the weights so far are those of the longer training.
    /// </summary>
    Trapezoid,

    /// <summary>Is multiplied by a factor when the validation accuracy stops getting better.</summary>
    Plateau,
}
