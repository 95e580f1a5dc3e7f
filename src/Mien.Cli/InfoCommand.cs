using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Mien.CommandLine;
using SkiaSharp;

namespace Mien.Cli;

/// <summary><c>mien info [MODEL]</c>: versions and machine, or what a model's contract says.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var model = new Argument<string?>("MODEL")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "A built-in model or an ONNX file, to see its contract; without one, versions and machine.",
        }.RejectUnknownOptions();
        var command = new Command("info", "Show versions and machine, or what a model's contract says.") { model };
        command.SetAction((parsed, _) =>
        {
            CommandConsole console = CommandConsole.Of(parsed);
            if (parsed.GetValue(model) is { } name)
            {
                using ExpressionClassifier classifier = ExpressionClassifier.Load(name, new ClassifierOptions { Threads = 1 });
                ContractText.Write(console, classifier.Contract);
            }
            else
            {
                ContractText.WriteAligned(console, Versions());
            }

            return Task.FromResult(ExitCodes.Done);
        });
        return command.WithExamples(("mien info", "What to write into a report of a fault."), ("mien info model.onnx", "The contract of a model file."));
    }

    private static List<(string Name, string Value)> Versions() =>
    [
        ("mien", Informational(typeof(InfoCommand).Assembly)),
        ("ONNX Runtime", Native(() => OrtEnv.Instance().GetVersionString())),
        ("SkiaSharp", $"{Informational(typeof(SKBitmap).Assembly).Split('+')[0]}, native {Native(() => SkiaSharpVersion.Native.ToString())}"),
        (".NET", RuntimeInformation.FrameworkDescription),
        ("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.RuntimeIdentifier}"),
        ("processor", string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} threads, {RuntimeInformation.ProcessArchitecture}")),
        ("models", BuiltInModels.Names.Count == 0 ? "none in this build" : string.Join(", ", BuiltInModels.Names)),
    ];

    private static string Informational(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? assembly.GetName().Version?.ToString() ?? "(unknown)";

    /// <summary>A native library that does not load is what this command is asked for: say so and go on.</summary>
    private static string Native(Func<string> version)
    {
        try
        {
            return version();
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException or BadImageFormatException or InvalidOperationException)
        {
            return $"not loadable ({e.GetBaseException().Message})";
        }
    }
}
