using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>Options that several commands share; each command gets its own instance.</summary>
internal static class CommonOptions
{
    /// <summary>In the order of <see cref="InferenceDevice"/>.</summary>
    private static readonly string[] DeviceNames = ["auto", "cpu", "cuda"];

    public static Option<int> Threads() =>
        new Option<int>("--threads")
        {
            Description = "Threads that decode images and run the network; 0: as many as the processor has cores.",
            HelpName = "N",
        }.Within(0, 1024);

    /// <summary>
    /// Its value goes through <see cref="DeviceOf"/>. A text, since options of other types are compiled at every start.
    /// </summary>
    public static Option<string> Device()
    {
        var option = new Option<string>("--device")
        {
            Description =
                "What the networks run on; auto: cuda where this build of ONNX Runtime has it and it works, else cpu.",
            HelpName = string.Join('|', DeviceNames),
            DefaultValueFactory = _ => DeviceNames[0],
        };
        option.AcceptOnlyFromAmong(DeviceNames);
        return option;
    }

    /// <summary>The device of an option's checked value.</summary>
    public static InferenceDevice DeviceOf(string? name) =>
        (InferenceDevice)Math.Max(Array.IndexOf(DeviceNames, name), 0);

    /// <summary>A device as users write it.</summary>
    public static string NameOf(InferenceDevice device) => DeviceNames[(int)device];

    public static Option<bool> Quiet() => new("--quiet", "-q") { Description = "Show no progress and no counts." };
}
