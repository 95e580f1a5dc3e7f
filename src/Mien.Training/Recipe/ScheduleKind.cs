namespace Mien.Training;

/// <summary>The learning rate schedule.</summary>
internal enum ScheduleKind
{
    /// <summary>Constant.</summary>
    Constant,

    /// <summary>Multiplied by a factor at regular intervals of epochs.</summary>
    Step,

    /// <summary>Decreases along half a cosine (Loshchilov and Hutter, 2017, without restarts).</summary>
    Cosine,

    /// <summary>
    /// Increases along a cosine from 1/25 of the peak, then decreases along another (Smith and Topin, 2018).
    /// </summary>
    OneCycle,

    /// <summary>
    /// Constant, then decreases linearly over the last epochs (Hägele et al., 2024). While it is constant, the number
    /// of epochs can still be raised: the weights so far are those of the longer training.
    /// </summary>
    Trapezoid,

    /// <summary>Multiplied by a factor when the validation accuracy stops improving.</summary>
    Plateau,
}
