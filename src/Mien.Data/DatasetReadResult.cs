namespace Mien.Data;

/// <summary>A data set and the report of reading it.</summary>
/// <param name="Dataset">The images, labels and splits.</param>
/// <param name="Report">Counts, and what was skipped.</param>
internal sealed record DatasetReadResult(FaceDataset Dataset, DatasetReadReport Report);
