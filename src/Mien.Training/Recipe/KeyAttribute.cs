namespace Mien.Training;

/// <summary>
/// Declares a property of <see cref="TrainingRecipe"/> as a key. The key's type is the property's and its default the
/// property's initializer; reading, checks, options, help and the table in docs/training.md follow from this.
/// </summary>
/// <param name="help">What the key does, in one or two sentences.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KeyAttribute(string help) : Attribute
{
    /// <summary>What the key does, in one or two sentences.</summary>
    public string Help { get; } = help;

    /// <summary>The smallest value of a number.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>What a number must exceed; instead of <see cref="Min"/>.</summary>
    public double Over { get; init; } = double.NegativeInfinity;

    /// <summary>The largest value of a number.</summary>
    public double Max { get; init; } = double.PositiveInfinity;
}
