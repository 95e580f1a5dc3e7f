using System.Runtime.InteropServices;

namespace Mien.Tests;

public sealed partial class TelemetryTests
{
    [Fact]
    public void Telemetry_of_ONNX_Runtime_is_disabled()
    {
        using ExpressionClassifier classifier = ExpressionClassifier.Load(
            new MemoryStream(TinyModels.Linear(TinyModels.Contract))
        );

        // The variable as native code sees it: on Unix, .NET keeps a separate copy of the environment.
        string? value = OperatingSystem.IsWindows()
            ? Environment.GetEnvironmentVariable("ORT_DISABLE_TELEMETRY")
            : Marshal.PtrToStringUTF8(Variable("ORT_DISABLE_TELEMETRY"));

        Assert.Equal("1", value);
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Variable(string name);
}
