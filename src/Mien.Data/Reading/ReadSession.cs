namespace Mien.Data;

/// <summary>The state of one read operation: path, options, report, progress and cancellation.</summary>
internal sealed class ReadSession(string path, DatasetReadOptions options, CancellationToken cancellationToken)
{
    private double reported = -1;

    /// <summary>The path from the user.</summary>
    public string Path { get; } = path;

    public DatasetReadOptions Options { get; } = options;

    public DatasetReadReport Report { get; } = new();

    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Returns the share that was read, 0 to 1; set once the input is open.</summary>
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

    /// <summary>Creates the error for a file or folder with unusable content.</summary>
    public DataException Error(string code, string message, long? line = null, Exception? cause = null) =>
        new(ErrorKind.BadInput, code, message, Path, line, cause);

    /// <summary>Handles an unreadable row or image: counts it if the options say so, and throws otherwise.</summary>
    /// <param name="code">The code of the error.</param>
    /// <param name="message">What is wrong, without a full stop.</param>
    /// <param name="line">The line, counted from 1.</param>
    /// <param name="cause">The exception behind it.</param>
    /// <param name="row">What is known of the row; <c>null</c> if there is no more than the error says.</param>
    public void Bad(string code, string message, long? line = null, Exception? cause = null, BadRow? row = null)
    {
        if (!Options.SkipBadRows)
        {
            throw Error(code, message + ". Repair it, or skip such rows with --skip-bad-rows.", line, cause);
        }

        Report.Skip(message, row ?? new BadRow(code, Path, message));
    }

    /// <summary>Checks for cancellation, and reports progress about every percent.</summary>
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

    /// <summary>Reports that the reading is complete.</summary>
    public void Done()
    {
        if (reported < 1)
        {
            reported = 1;
            Options.Progress?.Report(1);
        }
    }
}
