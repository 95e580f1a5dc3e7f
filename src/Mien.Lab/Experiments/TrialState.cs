using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>Where a trial of an experiment stands.</summary>
internal enum TrialState
{
    /// <summary>It has not begun.</summary>
    Waiting,

    /// <summary>It is being trained now.</summary>
    Running,

    /// <summary>It was begun and is not being trained now; the experiment goes on with it.</summary>
    Interrupted,

    /// <summary>It was trained up to an epoch at which the configurations are compared, and waits for the others.</summary>
    Paused,

    /// <summary>It was trained to its end.</summary>
    Done,

    /// <summary>Its configuration was given up early because others were better.</summary>
    Stopped,

    /// <summary>It could not be trained.</summary>
    Failed,
}
