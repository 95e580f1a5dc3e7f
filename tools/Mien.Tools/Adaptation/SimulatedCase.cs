namespace Mien.Tools;

/// <summary>A situation of the simulation.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="People">The number of labelled people.</param>
/// <param name="FacesEach">The number of faces per person.</param>
/// <param name="BiasShift">The deviation of the shift of each class's bias; 0: none.</param>
/// <param name="LayerShift">The length of the shift of each class's direction, relative to the direction.</param>
internal sealed record SimulatedCase(
    string Name,
    int People,
    int FacesEach,
    double BiasShift = 0,
    double LayerShift = 0
)
{
    /// <summary>The number of features.</summary>
    public const int Width = 16;

    // A person has a part of the features and a bias in common only if there are several faces of each.
    private const double Share = 0.3;
    private const double Bias = 0.7;

    /// <summary>The cases of the table in docs/adaptation.md.</summary>
    public static IReadOnlyList<SimulatedCase> All { get; } =
    [.. Of(20, 1), .. Of(50, 1), .. Of(100, 1), .. Of(200, 1), .. Of(5, 10), .. Of(10, 10), .. Of(20, 10)];

    /// <summary>The model that faces are drawn from.</summary>
    /// <param name="seed">The seed of its directions and shifts.</param>
    public SimulatedFaces Faces(int seed) =>
        new(seed, BiasShift, LayerShift, Width)
        {
            PersonShare = FacesEach > 1 ? Share : 0,
            PersonBias = FacesEach > 1 ? Bias : 0,
        };

    private static SimulatedCase[] Of(int people, int facesEach)
    {
        string size = facesEach == 1 ? $"{people} pictures" : $"{people} people, {facesEach} pictures each";
        return
        [
            new SimulatedCase($"{size}, no shift", people, facesEach),
            new SimulatedCase($"{size}, biases shifted", people, facesEach, 1),
            new SimulatedCase($"{size}, biases and layer shifted", people, facesEach, 1.5, 0.7),
        ];
    }
}
