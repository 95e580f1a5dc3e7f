namespace Mien.Training;

/// <summary>Whether rare classes weigh more in the loss.</summary>
internal enum ClassWeighting
{
    /// <summary>Every image weighs the same.</summary>
    None,

    /// <summary>Every class weighs the same: an image weighs the inverse of its class's share.</summary>
    Balanced,

    /// <summary>Half way: the square root of <see cref="Balanced"/>.</summary>
    SquareRoot,
}
