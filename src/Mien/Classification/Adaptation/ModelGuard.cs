using System.Globalization;

namespace Mien;

/// <summary>
/// Describes the output of an adapted model that tells how unlike a face is to the faces that the model was adapted to.
/// A face whose distance exceeds the threshold gets <see cref="UncertainReason.UnlikeTrainingFaces"/>. Immutable.
/// </summary>
public sealed record ModelGuard
{
    /// <summary>
    /// Name of the output tensor, float32 [N, 1]: the distance of each face to the nearest centre of those faces, in
    /// standardised features; 0 or more.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>The largest distance that counts as alike; 0 or more and finite.</summary>
    public required float Threshold { get; init; }

    /// <summary>
    /// Describes what is wrong with a guard, as the end of a sentence; <see langword="null"/> if it is valid.
    /// </summary>
    internal static string? Problem(ModelGuard guard) =>
        guard.Name.Length > 0 && guard.Threshold >= 0 && float.IsFinite(guard.Threshold)
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"its guard is '{guard.Name}' with the threshold {guard.Threshold}, expected a name and a finite "
                    + $"number of 0 or more"
            );
}
