namespace Mien.CommandLine;

/// <summary>The exit codes of the programs; scripts rely on them.</summary>
internal static class ExitCodes
{
    /// <summary>Everything that was asked for was done: 0.</summary>
    public const int Done = 0;

    /// <summary>The work, or some of it, failed: 1.</summary>
    public const int SomeFailed = 1;

    /// <summary>The command line cannot be used: an unknown option, a path that does not exist: 2.</summary>
    public const int Usage = 2;

    /// <summary>Ended by Ctrl-C or SIGTERM before the work was done: 130, as shells report SIGINT (128 + 2).</summary>
    public const int Interrupted = 130;

    /// <summary>The exit code of a program that such an error ends.</summary>
    public static int Of(ErrorKind kind) => kind == ErrorKind.BadUsage ? Usage : SomeFailed;
}
