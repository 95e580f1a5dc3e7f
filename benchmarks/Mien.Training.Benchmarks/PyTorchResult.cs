using System.Text.Json;

namespace Mien.Training.Benchmarks;

/// <summary>What <c>benchmarks/pytorch/train_speed.py</c> measured.</summary>
/// <param name="ImagesPerSecond">Images per second in training steps.</param>
/// <param name="Parameters">The number of trainable parameters.</param>
/// <param name="Macs">MACs of one forward pass of one image.</param>
/// <param name="Version">The version of PyTorch.</param>
/// <param name="Device">The device's name.</param>
internal sealed record PyTorchResult(double ImagesPerSecond, long Parameters, long Macs, string Version, string Device)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads the last line of the script's output; PyTorch may write warnings before it.</summary>
    /// <param name="output">The output.</param>
    /// <param name="parameters">The number of trainable parameters of Mien's network.</param>
    /// <param name="macs">Its MACs.</param>
    /// <exception cref="ArgumentException">The output is not a result, or that of another network.</exception>
    public static PyTorchResult Read(string output, long parameters, long macs)
    {
        string line = output.TrimEnd().Split('\n')[^1].Trim();
        PyTorchResult result;
        try
        {
            result = JsonSerializer.Deserialize<PyTorchResult>(line, Options) ?? throw new JsonException("found null");
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"PyTorch: found '{line}', expected a result as JSON: {e.Message}", e);
        }

        return (result.Parameters, result.Macs) == (parameters, macs)
            ? result
            : throw new ArgumentException(
                $"PyTorch trained a network of {result.Parameters} parameters and {result.Macs} MACs, expected "
                    + $"{parameters} and {macs}: the two sides are not comparable."
            );
    }
}
