namespace Mien.TfLite;

/// <summary>The command line of the converter, which the library's build runs.</summary>
internal static class ConvertProgram
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int WrongUsage = 2;

    private const string Usage = """
        Usage: mien-tflite NETWORK.tflite OUTPUT.onnx
               mien-tflite ASSETS.data SCRIPT.js NETWORK.tflite OUTPUT.onnx
        Converts a TensorFlow Lite network to ONNX: a file, or one of the files that Emscripten packed into ASSETS.data
        and that SCRIPT.js lists.
        """;

    /// <summary>Runs the program.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="errors">Receives errors, in the form that MSBuild reads.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] args, TextWriter errors)
    {
        if (args.Length is not (2 or 4))
        {
            errors.WriteLine(Usage);
            return WrongUsage;
        }

        try
        {
            ReadOnlyMemory<byte> file = File.ReadAllBytes(args[0]);
            if (args.Length == 4)
            {
                file = PackedAssets.Read(file, File.ReadAllText(args[1]), args[2]);
            }

            Write(TfLiteConverter.Convert(file), args[^1]);
            return Done;
        }
        catch (Exception e) when (e is TfLiteException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"{args[0]}: error MIEN003: {e.Message}");
            return Failed;
        }
    }

    // An interrupted build must not leave a part of a file that the next build takes for current.
    private static void Write(byte[] onnx, string path)
    {
        string part = path + ".part";
        File.WriteAllBytes(part, onnx);
        File.Move(part, path, overwrite: true);
    }
}
