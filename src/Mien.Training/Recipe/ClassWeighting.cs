namespace Mien.Training;

/// <summary>The class weights in the loss.</summary>
internal enum ClassWeighting
{
    /// <summary>Every image has the same weight.</summary>
    None,

    /// <summary>Every class has the same weight: an image weighs the inverse of its class's share.</summary>
    Balanced,

    /// <summary>The square root of <see cref="Balanced"/>.</summary>
    SquareRoot,
}
