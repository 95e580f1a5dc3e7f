namespace Mien.Data;

/// <summary>What the first bytes of a file say that it is.</summary>
internal enum ContentKind
{
    /// <summary>No bytes at all.</summary>
    Empty,

    /// <summary>Nothing else was recognised: a CSV file, if it is one of ours.</summary>
    Text,

    Gzip,

    Zip,

    Tar,

    /// <summary>Known, and nothing that holds a data set.</summary>
    Foreign,
}
