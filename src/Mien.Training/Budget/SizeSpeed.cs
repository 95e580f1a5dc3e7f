namespace Mien.Training;

/// <summary>How long a training takes at one input size.</summary>
/// <param name="StepSeconds">Seconds per step, with everything that belongs to it.</param>
/// <param name="EvaluationSeconds">Seconds of the evaluation after an epoch.</param>
internal readonly record struct SizeSpeed(double StepSeconds, double EvaluationSeconds);
