namespace Mien.TfLite.Tests;

/// <summary>The command line that the library's build runs.</summary>
public sealed class ProgramTests : IDisposable
{
    private const string Script = """
        loadPackage({"files": [
            {"filename": "/modules/first.tflite", "start": 0, "end": 10},
            {"filename": "/modules/second.tflite", "start": 10, "end": 9999}
        ]})
        """;

    private readonly TempFolder folder = new();

    [Fact]
    public void A_file_is_converted()
    {
        byte[] file = MadeCases.Of("relu").File;
        string input = folder.Write("relu.tflite", file);

        Assert.Equal((0, ""), Run(input, folder["relu.onnx"]));

        Assert.Equal(TfLiteConverter.Convert(file), File.ReadAllBytes(folder["relu.onnx"]));
        Assert.False(File.Exists(folder["relu.onnx.part"]));
    }

    [Fact]
    public void A_packed_file_is_converted()
    {
        byte[] file = MadeCases.Of("relu").File;
        string data = folder.Write("packed.data", [.. new byte[10], .. file]);
        string end = $"{10 + file.Length}";
        string script = folder.Write("loader.js", Script.Replace("9999", end, StringComparison.Ordinal));

        Assert.Equal((0, ""), Run(data, script, "second.tflite", folder["relu.onnx"]));

        Assert.Equal(TfLiteConverter.Convert(file), File.ReadAllBytes(folder["relu.onnx"]));
    }

    [Fact]
    public void Errors_name_the_file_and_leave_the_output_alone()
    {
        string data = folder.Write("packed.data", new byte[20]);
        string script = folder.Write("loader.js", Script);
        string output = folder.Write("out.onnx", "before");

        Failed("Not a TensorFlow Lite file", data, output);
        Failed("lists no file 'third.tflite', only first.tflite, second.tflite", data, script, "third.tflite", output);
        Failed("listed as bytes 10 to 9999 of 20", data, script, "second.tflite", output);
        Failed("Could not find file", folder["missing.tflite"], output);
        Assert.Equal("before", File.ReadAllText(output));
    }

    [Fact]
    public void Another_number_of_arguments_prints_the_usage()
    {
        foreach (int count in new[] { 0, 1, 3, 5 })
        {
            (int code, string error) = Run([.. Enumerable.Repeat("x", count)]);
            Assert.Equal(2, code);
            Assert.StartsWith("Usage: mien-tflite", error, StringComparison.Ordinal);
        }
    }

    public void Dispose() => folder.Dispose();

    private static void Failed(string message, params string[] args)
    {
        (int code, string error) = Run(args);
        Assert.Equal(1, code);
        Assert.StartsWith($"{args[0]}: error MIEN003: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    private static (int Code, string Error) Run(params string[] args)
    {
        using var errors = new StringWriter();
        return (ConvertProgram.Run(args, errors), errors.ToString());
    }
}
