namespace Mien.Data;

/// <summary>A data set and what happened while it was read.</summary>
/// <param name="Dataset">The images, labels and splits.</param>
/// <param name="Report">Counts, and what was left out.</param>
internal sealed record DatasetReadResult(FaceDataset Dataset, DatasetReadReport Report);
