namespace Mien.Data;

/// <summary>The supported formats of face data, recognised by content and not by file name.</summary>
internal enum DatasetFormat
{
    /// <summary>A CSV file with the columns emotion, pixels and Usage, plain, gzipped or inside an archive.</summary>
    Csv,

    /// <summary>Image files in folders split/class, on disk or inside a zip archive.</summary>
    ImageTree,
}
