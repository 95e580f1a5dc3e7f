using System.Diagnostics;

/// <summary>
/// Makes a process of the program crash or hang on one photo, as a fault in a native decoder would. The tests start it
/// with this assembly in DOTNET_STARTUP_HOOKS; the runtime looks for this name, without a namespace.
/// </summary>
internal static class StartupHook
{
    /// <summary>
    /// The beginning of the name of a photo that ends the process. It cannot be decoded, and the error names it.
    /// </summary>
    public const string Crash = "crash";

    /// <summary>The beginning of the name of a photo on which the process hangs until a file exists.</summary>
    public const string Hang = "hang";

    /// <summary>The variable with the path of that file.</summary>
    public const string ReleaseVariable = "MIEN_TEST_RELEASE";

    /// <summary>The extension of a file beside it, which says that the process hangs.</summary>
    public const string Hanging = ".hanging";

    public static void Initialize()
    {
        string? release = Environment.GetEnvironmentVariable(ReleaseVariable);
        AppDomain.CurrentDomain.FirstChanceException += (_, thrown) =>
        {
            string message = thrown.Exception.Message;
            if (message.StartsWith(Crash, StringComparison.Ordinal))
            {
                Process.GetCurrentProcess().Kill();
            }
            else if (release is not null && message.StartsWith(Hang, StringComparison.Ordinal))
            {
                File.WriteAllText(release + Hanging, "");
                while (!File.Exists(release))
                {
                    Thread.Sleep(10);
                }
            }
        };
    }
}
