using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>The state of a trial.</summary>
internal enum TrialState
{
    /// <summary>It has not started.</summary>
    Waiting,

    /// <summary>It is being trained now.</summary>
    Running,

    /// <summary>It was started but is not being trained; resuming the experiment continues it.</summary>
    Interrupted,

    /// <summary>It has reached a rung of successive halving and waits for the other configurations.</summary>
    Paused,

    /// <summary>It is finished.</summary>
    Done,

    /// <summary>Successive halving stopped its configuration.</summary>
    Stopped,

    /// <summary>It failed.</summary>
    Failed,
}
