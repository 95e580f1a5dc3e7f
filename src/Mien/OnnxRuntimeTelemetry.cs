using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Mien;

/// <summary>
/// Turns off the telemetry of ONNX Runtime. Its official builds report opened sessions (hashes of the model, the
/// device, an identifier kept on the machine) to a server unless disabled: on Windows, and since 1.29 also on Linux and
/// macOS. A library that processes faces must not send anything. Thread-safe.
/// </summary>
internal static partial class OnnxRuntimeTelemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    private static readonly Lock Gate = new();
    private static bool off;

    /// <summary>Turns telemetry off for this process. Called before Mien's first use of ONNX Runtime.</summary>
    public static void TurnOff()
    {
        lock (Gate)
        {
            if (off)
            {
                return;
            }

            // The runtime reads the variable at startup, which would otherwise send the first report. On Unix, .NET's
            // SetEnvironmentVariable does not change the environment that native code sees, hence setenv.
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
                    // No C library of that name: the call below still stops all reports after startup.
                }
            }

            // In case another part of the program started the runtime before.
            OrtEnv.Instance().DisableTelemetryEvents();
            off = true;
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
