namespace Mien.Data;

/// <summary>
/// What the parts of one reading share: the path and the options, the report, the progress, the wish to stop.
/// </summary>
internal sealed class ReadSession(string path, DatasetReadOptions options, CancellationToken cancellationToken)
{
    private double reported = -1;

    /// <summary>The path that the user gave.</summary>
    public string Path { get; } = path;

    public DatasetReadOptions Options { get; } = options;

    public DatasetReadReport Report { get; } = new();

    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Tells the share that is read, 0 to 1; set once the input is open.</summary>
    public Func<double> Share { get; set; } = () => 0;

    /// <summary>The name of the data set: the last part of the path.</summary>
    public string Name
    {
        get
        {
            string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(Path));
            string name = System.IO.Path.GetFileName(full);
            return name.Length > 0 ? name : full;
        }
    }

    /// <summary>What is in the file or folder cannot be used.</summary>
    public DataException Error(string code, string message, long? line = null, Exception? cause = null) =>
        new(ErrorKind.BadInput, code, message, Path, line, cause);

    /// <summary>A row or image that cannot be read: counted where the options say so, otherwise an error.</summary>
    public void Bad(string code, string message, long? line = null, Exception? cause = null)
    {
        if (!Options.SkipBadRows)
        {
            throw Error(code, message + ". Repair it, or leave such rows out with --skip-bad-rows.", line, cause);
        }

        Report.Skip(message);
    }

    /// <summary>Stops where that is wished, and reports progress about once a percent.</summary>
    public void Tick()
    {
        CancellationToken.ThrowIfCancellationRequested();
        if (Options.Progress is not null)
        {
            double share = Math.Clamp(Share(), 0, 1);
            if (share >= reported + 0.01)
            {
                reported = share;
                Options.Progress.Report(share);
            }
        }
    }

    /// <summary>Reports that all is read.</summary>
    public void Done()
    {
        if (reported < 1)
        {
            reported = 1;
            Options.Progress?.Report(1);
        }
    }
}
