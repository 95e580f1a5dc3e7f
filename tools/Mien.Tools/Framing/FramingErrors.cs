namespace Mien.Tools;

/// <summary>
/// The errors of the library's crops against the images themselves, in the units of a recipe. Thread-safe while adding.
/// </summary>
internal sealed class FramingErrors
{
    private readonly List<double> rights = [];
    private readonly List<double> downs = [];
    private readonly List<double> scales = [];
    private readonly List<double> rotations = [];
    private readonly Lock gate = new();

    /// <summary>
    /// The shifts of the centre, along both axes together, in sides of the image: the recipe key <c>shift</c>.
    /// </summary>
    public Spread Shift => Spread.Of([.. rights, .. downs]);

    /// <summary>The relative errors of the side, such as 0.1 for 10 % too large: the recipe key <c>scale</c>.</summary>
    public Spread Scale => Spread.Of(scales);

    /// <summary>The rotations against the image in degrees: the recipe key <c>rotation</c>.</summary>
    public Spread Rotation => Spread.Of(rotations);

    /// <summary>The shift of the centre to the right, in sides of the image.</summary>
    public Spread Right => Spread.Of(rights);

    /// <summary>The shift of the centre downwards, in sides of the image.</summary>
    public Spread Down => Spread.Of(downs);

    /// <summary>The natural logarithm of the side, in sides of the image.</summary>
    public Spread SideLog => Spread.Of([.. scales.Select(s => Math.Log(1 + s))]);

    /// <summary>The rotations in degrees of the crops that are rotated at all.</summary>
    public Spread Roll => Spread.Of([.. rotations.Where(r => r != 0)]);

    /// <summary>The share of the crops that are rotated; NaN without a crop.</summary>
    public double Rotated => rotations.Count(r => r != 0) / (double)rotations.Count;

    /// <summary>Adds a crop. Thread-safe.</summary>
    /// <param name="crop">The crop of the library.</param>
    /// <param name="square">The true crop.</param>
    public void Add(CropSquare crop, CropSquare square)
    {
        lock (gate)
        {
            rights.Add((crop.Center.X - square.Center.X) / square.Side);
            downs.Add((crop.Center.Y - square.Center.Y) / square.Side);
            scales.Add((crop.Side / square.Side) - 1);
            rotations.Add(crop.Rotation - square.Rotation);
        }
    }
}

/// <summary>The spread of a list of values.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardDeviation">The standard deviation.</param>
/// <param name="Quartiles">The quartiles.</param>
internal readonly record struct Spread(double Mean, double StandardDeviation, Quartiles Quartiles)
{
    /// <summary>
    /// The value for a recipe: augmentation draws uniformly from −value to value, and this uniform distribution has the
    /// same standard deviation.
    /// </summary>
    public double Recipe => StandardDeviation * Math.Sqrt(3);

    /// <summary>Computes the spread; NaN if the list is empty.</summary>
    public static Spread Of(IReadOnlyList<double> values)
    {
        double mean = values.Count == 0 ? double.NaN : values.Average();
        return new(
            mean,
            values.Count == 0 ? double.NaN : Math.Sqrt(values.Average(v => (v - mean) * (v - mean))),
            Quartiles.Of(values)
        );
    }
}
