namespace Mien.Data;

/// <summary>The kind of a file according to its first bytes.</summary>
internal enum ContentKind
{
    /// <summary>No bytes at all.</summary>
    Empty,

    /// <summary>No known format, so possibly a CSV file.</summary>
    Text,

    Gzip,

    Zip,

    Tar,

    /// <summary>A known format that cannot hold a data set.</summary>
    Foreign,
}
