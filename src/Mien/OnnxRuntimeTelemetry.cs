using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Mien;

/// <summary>
/// Keeps ONNX Runtime from reporting to its maker: its official builds send the sessions that are opened (hashes of the
/// model, device, an identifier kept on the machine) to a server, on Windows and since 1.29 on Linux and macOS too,
/// unless told not to. A library that looks at faces sends nothing anywhere. Thread-safe.
/// </summary>
internal static partial class OnnxRuntimeTelemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    private static readonly Lock Gate = new();
    private static bool off;

    /// <summary>
    /// Turns it off for this process, before the first use of ONNX Runtime where it is Mien that uses it first.
    /// </summary>
    public static void TurnOff()
    {
        lock (Gate)
        {
            if (off)
            {
                return;
            }

            // The runtime looks at the variable when it starts, which would otherwise be its first report. On Unix
            // .NET's own SetEnvironmentVariable does not reach native code.
            if (OperatingSystem.IsWindows())
            {
                Environment.SetEnvironmentVariable(Variable, "1");
            }
            else if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
            {
                try
                {
                    _ = SetVariable(Variable, "1", 1);
                }
                catch (Exception e) when (NativeLibraries.IsMissing(e))
                {
                    // No C library of that name: the call below still stops everything after the start.
                }
            }

            // Where another part of the program has started it already.
            OrtEnv.Instance().DisableTelemetryEvents();
            off = true;
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
