namespace Mien.Training;

/// <summary>
/// Declares a property of <see cref="TrainingRecipe"/> as a recipe key. The key has the property's type and its
/// initializer as default; parsing, checks, options, help and the table in docs/training.md are derived from this.
/// </summary>
/// <param name="help">What the key does, in one or two sentences.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KeyAttribute(string help) : Attribute
{
    /// <summary>What the key does, in one or two sentences.</summary>
    public string Help { get; } = help;

    /// <summary>The minimum of a number.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>The excluded lower bound of a number, instead of <see cref="Min"/>.</summary>
    public double Over { get; init; } = double.NegativeInfinity;

    /// <summary>The maximum of a number.</summary>
    public double Max { get; init; } = double.PositiveInfinity;
}
