namespace Mien.Evaluation;

/// <summary>One view of an image for test-time augmentation: shifted, then mirrored.</summary>
/// <param name="ShiftX">Pixels to the right (negative: to the left).</param>
/// <param name="ShiftY">Pixels down (negative: up).</param>
/// <param name="Flip">Whether the shifted image is mirrored left to right.</param>
internal readonly record struct TestTimeView(int ShiftX, int ShiftY, bool Flip);
