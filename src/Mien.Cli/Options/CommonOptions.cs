using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>Options shared by several commands; each command gets its own instance.</summary>
internal static class CommonOptions
{
    /// <summary>In the order of <see cref="InferenceDevice"/>.</summary>
    private static readonly string[] DeviceNames = ["auto", "cpu", "cuda", "coreml"];

    public static Option<int> Threads() =>
        new Option<int>("--threads")
        {
            Description = "Threads for decoding images and running the network; 0: one per core.",
            HelpName = "N",
        }.Within(0, 1024);

    /// <summary>
    /// <see cref="DeviceOf"/> parses the value. A string, because System.CommandLine compiles options of other types at
    /// every start.
    /// </summary>
    public static Option<string> Device()
    {
        var option = new Option<string>("--device")
        {
            Description =
                "Device that runs the networks. auto: cuda if this build of ONNX Runtime supports it and it works, "
                + "otherwise cpu. coreml: Apple's Core ML, on macOS only, untried.",
            HelpName = string.Join('|', DeviceNames),
            DefaultValueFactory = _ => DeviceNames[0],
        };
        option.AcceptOnlyFromAmong(DeviceNames);
        return option;
    }

    /// <summary>Parses the validated value of the option.</summary>
    public static InferenceDevice DeviceOf(string? name) =>
        (InferenceDevice)Math.Max(Array.IndexOf(DeviceNames, name), 0);

    /// <summary>The name of a device as users type it.</summary>
    public static string NameOf(InferenceDevice device) => DeviceNames[(int)device];

    public static Option<bool> SafeCsv() =>
        new("--csv-safe")
        {
            Description =
                "In CSV, put an apostrophe before texts (paths, labels, errors) that a spreadsheet would run as a "
                + "formula.",
        };

    public static Option<bool> Quiet() => new("--quiet", "-q") { Description = "Show no progress and no summary." };
}
