using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>One real case of each kind of error, with its exit code.</summary>
public sealed class ErrorKindTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_kind_of_error_ends_mien_with_its_exit_code()
    {
        string model = BrightnessModel.Write(folder["m.onnx"]);
        string face = folder.WriteFace("a.png", Expression.Fear);
        folder.WriteFace("data/PublicTest/neutral/a.png", Expression.Neutral);
        string data = folder["data"];
        var cases = new Dictionary<ErrorKind, (int Exit, string Code, string[] Arguments)>
        {
            [ErrorKind.BadInput] = (1, "notAModel", ["predict", face, "--model", folder.Write("n.onnx", "a text")]),
            [ErrorKind.BadUsage] = (2, "fileNotFound", ["evaluate", folder["none.onnx"], data]),
            [ErrorKind.Unavailable] = (1, "cannotWrite", ["evaluate", model, data, "--html", face + "/r.html"]),
            [ErrorKind.Internal] = (
                1,
                "modelFailed",
                ["evaluate", BrightnessModel.WriteDiverged(folder["d.onnx"]), data]
            ),
        };

        foreach (ErrorKind kind in Enum.GetValues<ErrorKind>())
        {
            (int exit, string code, string[] arguments) = cases[kind];
            MienException? thrown = null;
            using var error = new StringWriter();
            int actual = ConsoleProgram.Run(
                MienCommand.Create(),
                arguments,
                new CommandConsole(TextWriter.Null, error),
                e =>
                {
                    thrown = e as MienException;
                    return null;
                }
            );

            Assert.True(thrown is not null, $"{kind}: {error}");
            Assert.Equal((kind, code, exit), (thrown.Kind, thrown.Code, actual));
            Assert.StartsWith($"error: {thrown.Message}", error.ToString(), StringComparison.Ordinal);
        }
    }
}
