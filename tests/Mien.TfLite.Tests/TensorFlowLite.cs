using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Mien.TfLite.Tests;

/// <summary>Runs networks in TensorFlow Lite itself: its WebAssembly build, in Node.</summary>
internal static class TensorFlowLite
{
    /// <summary>Runs networks on inputs; without the runtime the test is skipped, or fails.</summary>
    /// <param name="runs">Each network with the values of one or more inputs.</param>
    /// <returns>For each network the values of all outputs, input by input.</returns>
    public static float[][] Run(IReadOnlyList<(ReadOnlyMemory<byte> Network, float[] Inputs)> runs)
    {
        string wasm = typeof(TensorFlowLite)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "TensorFlowLite")
            .Value!;
        if (!Directory.Exists(wasm))
        {
            Requirements.Missing(
                Requirements.Npm,
                $"TensorFlow Lite was not found: {wasm} is missing. Install Node with npm, and build again."
            );
        }

        using var folder = new TempFolder();
        for (int i = 0; i < runs.Count; i++)
        {
            File.WriteAllBytes(folder[$"{i}.tflite"], runs[i].Network.Span);
            File.WriteAllBytes(folder[$"{i}.input"], MemoryMarshal.AsBytes<float>(runs[i].Inputs));
        }

        string script = Path.Combine(AppContext.BaseDirectory, "tfjs", "run.mjs");
        using Process process = Process.Start(
            new ProcessStartInfo("node", [script, wasm, folder.Path])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"node {script}: exit code {process.ExitCode}\n{output.Result}\n{error}");
        return
        [
            .. Enumerable
                .Range(0, runs.Count)
                .Select(i => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(folder[$"{i}.output"])).ToArray()),
        ];
    }
}
