namespace Mien.Cli;

/// <summary>The results that an output has before a run resumes it. Not thread-safe.</summary>
internal interface IEarlierResults
{
    /// <summary>The number of results that stay.</summary>
    long Images { get; }

    /// <summary>The number of failed images that are processed again.</summary>
    long Retried { get; }

    /// <summary>The number of failed images that are not given in this run.</summary>
    long Errors { get; }

    /// <summary>The number of results whose image was not given in this run so far.</summary>
    long Unclaimed { get; }

    /// <summary>Whether there is a result of this image that stays. Each result is used once.</summary>
    bool Claim(string image);
}
