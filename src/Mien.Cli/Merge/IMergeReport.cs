namespace Mien.Cli;

/// <summary>Receives what the check of a merge finds.</summary>
internal interface IMergeReport
{
    /// <summary>A part of the work begins.</summary>
    /// <param name="title">Its name.</param>
    /// <param name="total">The amount of work; 0 if unknown.</param>
    /// <param name="unit">What is counted.</param>
    void Begin(string title, long total, string unit);

    /// <summary>Some photos or results were read.</summary>
    void Progress(long done);

    /// <summary>A photo has no result.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="shard">Its shard, if known.</param>
    void Missing(string path, Shard? shard);

    /// <summary>A photo has one result more.</summary>
    /// <param name="path">Its path in the result.</param>
    /// <param name="first">The part with the result before.</param>
    /// <param name="second">The part with this one; may be the same.</param>
    void Double(string path, string first, string second);

    /// <summary>A result is of no given photo.</summary>
    void NotGiven(string path);

    /// <summary>A folder of photos could not be listed.</summary>
    void NotChecked(string path, string message);

    /// <summary>Something that is no error.</summary>
    void Note(string line);
}
