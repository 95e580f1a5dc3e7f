namespace Mien.Training;

// What others may ask of a trainer besides the training.
internal sealed partial class Trainer
{
    /// <summary>Evaluates the current weights on <c>PublicTest</c>, as after an epoch; nothing is changed.</summary>
    /// <param name="size">The side of the input in pixels; 0: the network's own.</param>
    /// <returns>The share of the images that are classified correctly.</returns>
    public double Evaluate(int size) => validation.Of(Evaluated, size).Accuracy;
}
