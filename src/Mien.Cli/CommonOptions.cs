using System.CommandLine;
using System.Globalization;
using System.Text;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>Options that several commands share; each command gets its own instance.</summary>
internal static class CommonOptions
{
    /// <summary>In the order of <see cref="InferenceDevice"/>.</summary>
    private static readonly string[] DeviceNames = [.. Enum.GetNames<InferenceDevice>().Select(n => n.ToLowerInvariant())];

    public static Option<int> Threads()
    {
        var option = new Option<int>("--threads")
        {
            Description = "Threads that decode images and run the network; 0: as many as the processor has cores.",
            HelpName = "N",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out int threads) && threads is < 0 or > 1024)
            {
                result.AddError($"--threads is {token.Value}, expected 0 to 1024.");
            }
        });
        return option;
    }

    public static Option<InferenceDevice> Device()
    {
        var option = new Option<InferenceDevice>("--device")
        {
            Description = "What the networks run on; auto: cuda where this build of ONNX Runtime has it and it works, else cpu.",
            HelpName = string.Join('|', DeviceNames),
            DefaultValueFactory = _ => InferenceDevice.Auto,
            CustomParser = result =>
            {
                int known = Array.IndexOf(DeviceNames, result.Tokens[0].Value.ToLowerInvariant());
                if (known < 0)
                {
                    result.AddError($"--device is '{result.Tokens[0].Value}', expected {string.Join(", ", DeviceNames)}.");
                }

                return (InferenceDevice)Math.Max(known, 0);
            },
        };
        option.CompletionSources.Clear(); // The names of the enumeration, with capitals.
        option.CompletionSources.Add(DeviceNames);
        return option;
    }

    /// <summary>A device as users write it.</summary>
    public static string NameOf(InferenceDevice device) => DeviceNames[(int)device];

    public static Option<bool> Quiet() => new("--quiet", "-q") { Description = "Show no progress and no counts." };

    /// <summary>Refuses what cannot be the name of an output file, before the work begins and not after it.</summary>
    public static string? CheckOutput(string? path, string option) =>
        path is not null && (string.IsNullOrWhiteSpace(path) || Directory.Exists(path))
            ? throw new UsageException($"{option}: '{path}' is {(Directory.Exists(path) ? "a folder" : "empty")}, expected the name of a file to write.")
            : path;

    /// <summary>Opens an output file in UTF-8 without a byte order mark; makes its folder where that is missing.</summary>
    public static StreamWriter CreateOutput(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        return new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }
}
