using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Mien.CommandLine;
using SkiaSharp;

namespace Mien.Cli;

/// <summary>Shows versions, machine and models, or a model's contract.</summary>
internal sealed class InfoRun(CommandConsole console)
{
    /// <summary>The model whose contract is shown; <c>null</c> shows versions, machine and models.</summary>
    public string? Model { get; init; }

    public InferenceDevice Device { get; init; }

    public bool Json { get; init; }

    /// <summary>Does the work.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellationToken)
    {
        if (Model is not null)
        {
            WriteContract(Model);
            return ExitCodes.Done;
        }

        Facts facts = Gather(Device, cancellationToken);
        if (Json)
        {
            console.Out.WriteLine(JsonText.Write(writer => WriteJson(writer, facts)));
        }
        else
        {
            Write(facts);
        }

        return ExitCodes.Done;
    }

    private void WriteContract(string model)
    {
        using ExpressionClassifier classifier = ExpressionClassifier.Load(
            model,
            new ClassifierOptions { Threads = 1, Device = Device }
        );
        if (Json)
        {
            console.Out.WriteLine(JsonText.Write(writer => writer.WriteRawValue(classifier.Contract.ToJson())));
        }
        else
        {
            ContractText.Write(console, classifier.Contract);
        }
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

        // Whether a device works shows only when a model is loaded on it.
        using ExpressionClassifier classifier = ExpressionClassifier.Load(new ClassifierOptions { Device = wish });
        return facts with { Device = classifier.Device };
    }

    private void Write(Facts facts)
    {
        IReadOnlyList<string> sets = Machine.InstructionSets();
        ContractText.WriteAligned(
            console,
            [
                ("mien", Informational(typeof(InfoRun).Assembly)),
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
                ("instructions", sets.Count == 0 ? "(none)" : string.Join(", ", sets)),
                (
                    "memory",
                    string.Create(CultureInfo.InvariantCulture, $"{Machine.Memory() / 1e9:0.0} GB for this process")
                ),
                ("runs on", facts.Device is { } device ? CommonOptions.NameOf(device) : "nothing (see above)"),
            ]
        );
        console.Out.WriteLine();
        ModelSummary.WriteTable(console, facts.Models);
    }

    private static void WriteJson(Utf8JsonWriter json, Facts facts)
    {
        json.WriteStartObject();
        json.WriteString("mien", Informational(typeof(InfoRun).Assembly));
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

    /// <summary>
    /// Gets the version of a native library, or the reason why it cannot be loaded. The command continues without it,
    /// because showing such problems is its purpose.
    /// </summary>
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

    /// <summary>What the libraries report; the device is <c>null</c> if no model can be run.</summary>
    private sealed record Facts(
        string OnnxRuntime,
        IReadOnlyList<string> Providers,
        IReadOnlyList<ModelSummary> Models,
        InferenceDevice? Device
    );
}
