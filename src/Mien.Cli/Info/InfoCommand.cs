using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Mien.CommandLine;
using SkiaSharp;

namespace Mien.Cli;

/// <summary><c>mien info [MODEL]</c>: versions, machine and models, or what a model's contract says.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var model = new Argument<string?>("MODEL")
        {
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "MODEL", // else the help would show the completions
            Description =
                "A built-in model or an ONNX file, to see its contract; without one, versions, machine and models.",
        }.RejectUnknownOptions();
        model.CompletionSources.Add([.. BuiltInModels.Names]);
        var json = new Option<bool>("--json") { Description = "Write a JSON object." };
        Option<string> device = CommonOptions.Device();
        var command = new Command("info", "Show versions, machine and models, or what a model's contract says.")
        {
            model,
            device,
            json,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
            {
                CommandConsole console = CommandConsole.Of(parsed);
                InferenceDevice wish = CommonOptions.DeviceOf(parsed.GetValue(device));
                if (parsed.GetValue(model) is { } name)
                {
                    using ExpressionClassifier classifier = ExpressionClassifier.Load(
                        name,
                        new ClassifierOptions { Threads = 1, Device = wish }
                    );
                    if (parsed.GetValue(json))
                    {
                        console.Out.WriteLine(
                            JsonText.Write(writer => writer.WriteRawValue(classifier.Contract.ToJson()))
                        );
                    }
                    else
                    {
                        ContractText.Write(console, classifier.Contract);
                    }

                    return Task.FromResult(ExitCodes.Done);
                }

                Facts facts = Gather(wish, cancellationToken);
                if (parsed.GetValue(json))
                {
                    console.Out.WriteLine(JsonText.Write(writer => WriteJson(writer, facts)));
                }
                else
                {
                    Write(console, facts);
                }

                return Task.FromResult(ExitCodes.Done);
            }
        );
        return command.WithExamples(
            ("mien info", "What runs here; what to write into a report of a fault."),
            ("mien info --device cuda", "Does the GPU work? An error says why not."),
            ("mien info shallow", "The contract of a model, with its figures.")
        );
    }

    private static Facts Gather(InferenceDevice wish, CancellationToken cancellationToken)
    {
        string runtime = Native(
            () =>
            {
                OnnxRuntimeTelemetry.TurnOff();
                return OrtEnv.Instance().GetVersionString();
            },
            out bool works
        );
        string[] providers = works ? OrtEnv.Instance().GetAvailableProviders() : [];
        var facts = new Facts(runtime, providers, works ? ModelSummary.ReadAll(cancellationToken) : [], null);
        if (!works || facts.Models.Count == 0)
        {
            return facts;
        }

        // Only a run on the device tells whether it works.
        using ExpressionClassifier classifier = ExpressionClassifier.Load(new ClassifierOptions { Device = wish });
        return facts with { Device = classifier.Device };
    }

    private static void Write(CommandConsole console, Facts facts)
    {
        IReadOnlyList<string> sets = Machine.InstructionSets();
        ContractText.WriteAligned(
            console,
            [
                ("mien", Informational(typeof(InfoCommand).Assembly)),
                (
                    "ONNX Runtime",
                    facts.Providers.Count == 0
                        ? facts.OnnxRuntime
                        : $"{facts.OnnxRuntime}, with {string.Join(", ", facts.Providers)}"
                ),
                ("SkiaSharp", $"{SkiaVersion}, native {Native(() => SkiaSharpVersion.Native.ToString(), out _)}"),
                (".NET", Environment.Version.ToString()),
                ("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.RuntimeIdentifier}"),
                (
                    "processor",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Machine.ProcessorName()}, {Environment.ProcessorCount} logical cores for this process"
                    )
                ),
                ("instructions", sets.Count == 0 ? "(none of those known here)" : string.Join(", ", sets)),
                (
                    "memory",
                    string.Create(CultureInfo.InvariantCulture, $"{Machine.Memory() / 1e9:0.0} GB for this process")
                ),
                ("runs on", facts.Device is { } device ? CommonOptions.NameOf(device) : "nothing: see above"),
            ]
        );
        console.Out.WriteLine();
        ModelSummary.WriteTable(console, facts.Models);
    }

    private static void WriteJson(Utf8JsonWriter json, Facts facts)
    {
        json.WriteStartObject();
        json.WriteString("mien", Informational(typeof(InfoCommand).Assembly));
        json.WriteString("onnxRuntime", facts.OnnxRuntime);
        WriteArray(json, "providers", facts.Providers);
        json.WriteString("skiaSharp", SkiaVersion);
        json.WriteString("skiaSharpNative", Native(() => SkiaSharpVersion.Native.ToString(), out _));
        json.WriteString("dotnet", Environment.Version.ToString());
        json.WriteString("system", RuntimeInformation.OSDescription);
        json.WriteString("runtimeIdentifier", RuntimeInformation.RuntimeIdentifier);
        json.WriteString("processor", Machine.ProcessorName());
        json.WriteNumber("logicalCores", Environment.ProcessorCount);
        WriteArray(json, "instructionSets", Machine.InstructionSets());
        json.WriteNumber("memoryBytes", Machine.Memory());
        json.WriteString("device", facts.Device is { } device ? CommonOptions.NameOf(device) : null);
        json.WritePropertyName("models");
        ModelSummary.WriteJson(json, facts.Models);
        json.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static string SkiaVersion => Informational(typeof(SKBitmap).Assembly).Split('+')[0];

    private static string Informational(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? assembly.GetName().Version?.ToString()
        ?? "(unknown)";

    /// <summary>A native library that does not load is what this command is asked for: say so and go on.</summary>
    private static string Native(Func<string> version, out bool works)
    {
        try
        {
            string text = version();
            works = true;
            return text;
        }
        catch (Exception e)
            when (e
                    is DllNotFoundException
                        or TypeInitializationException
                        or EntryPointNotFoundException
                        or BadImageFormatException
                        or InvalidOperationException
            )
        {
            works = false;
            return $"not loadable ({e.GetBaseException().Message})";
        }
    }

    /// <summary>What the libraries say of themselves; the device is <c>null</c> where nothing runs.</summary>
    private sealed record Facts(
        string OnnxRuntime,
        IReadOnlyList<string> Providers,
        IReadOnlyList<ModelSummary> Models,
        InferenceDevice? Device
    );
}
