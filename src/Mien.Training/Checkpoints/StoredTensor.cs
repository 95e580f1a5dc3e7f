namespace Mien.Training;

/// <summary>A tensor in its stored form.</summary>
/// <param name="Type"><c>F32</c> or <c>U8</c>.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Bytes">Its values, row-major, little-endian; not copied.</param>
internal sealed record StoredTensor(string Type, IReadOnlyList<long> Shape, byte[] Bytes);
