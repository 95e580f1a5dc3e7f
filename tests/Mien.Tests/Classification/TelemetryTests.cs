using System.Runtime.InteropServices;

namespace Mien.Tests;

public sealed partial class TelemetryTests
{
    [Fact]
    public void ONNX_Runtime_is_told_not_to_report_to_its_maker()
    {
        using ExpressionClassifier classifier = ExpressionClassifier.Load(
            new MemoryStream(TinyModels.Linear(TinyModels.Contract))
        );

        // Of the process, as native code sees it: .NET keeps a copy of its own on Unix.
        string? value = OperatingSystem.IsWindows()
            ? Environment.GetEnvironmentVariable("ORT_DISABLE_TELEMETRY")
            : Marshal.PtrToStringUTF8(Variable("ORT_DISABLE_TELEMETRY"));

        Assert.Equal("1", value);
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Variable(string name);
}
