namespace Mien.CommandLine;

/// <summary>The exit codes of the programs. Scripts rely on them, so they must not change.</summary>
internal static class ExitCodes
{
    /// <summary>0: everything was done.</summary>
    public const int Done = 0;

    /// <summary>1: some or all of the work failed.</summary>
    public const int SomeFailed = 1;

    /// <summary>2: wrong usage, such as an unknown option or a path that does not exist.</summary>
    public const int Usage = 2;

    /// <summary>130: interrupted by Ctrl-C or SIGTERM. Shells report SIGINT as 128 + 2.</summary>
    public const int Interrupted = 130;

    /// <summary>The exit code of a program that ends with an error of this kind.</summary>
    public static int Of(ErrorKind kind) => kind == ErrorKind.BadUsage ? Usage : SomeFailed;
}
