using PureHDF;

namespace Mien.Keras;

/// <summary>One tensor of weights in the file, read when it is asked for.</summary>
/// <param name="Name">Its name as Keras wrote it, such as <c>conv2d_1/kernel:0</c>.</param>
/// <param name="Dataset">Where its values are.</param>
/// <param name="Source">The file, for messages.</param>
internal sealed record WeightEntry(string Name, IH5Dataset Dataset, string Source)
{
    public IReadOnlyList<int> Shape { get; } = [.. Dataset.Space.Dimensions.Select(d => checked((int)d))];

    /// <summary>The last part of the name without Keras's and TensorFlow's numbers: <c>kernel</c>.</summary>
    public string Role
    {
        get
        {
            string last = Name[(Name.LastIndexOf('/') + 1)..];
            int colon = last.IndexOf(':', StringComparison.Ordinal);
            last = colon < 0 ? last : last[..colon];
            int number = last.LastIndexOf('_');
            return number > 0 && last[(number + 1)..].All(char.IsAsciiDigit) ? last[..number] : last;
        }
    }

    /// <summary>The part before the last: the layer's name, where TensorFlow did not change it.</summary>
    public string Owner => Name.Split('/') is [.., var owner, _] ? owner : "";

    /// <summary>The values, row-major, whatever precision they are stored in.</summary>
    /// <exception cref="KerasException">The file is damaged, or the values are no floating-point numbers.</exception>
    public float[] Read()
    {
        try
        {
            if (Dataset.Type.Class != H5DataTypeClass.FloatingPoint)
            {
                throw new KerasException(
                    ErrorKind.BadInput,
                    "badFile",
                    $"{Source}: the weights '{Name}' are stored as {Dataset.Type.Class}, expected "
                        + $"floating-point numbers."
                );
            }

            return Dataset.Type.Size switch
            {
                2 => Array.ConvertAll(Dataset.Read<Half[]>(), v => (float)v),
                8 => Array.ConvertAll(Dataset.Read<double[]>(), v => (float)v),
                _ => Dataset.Read<float[]>(),
            };
        }
        catch (Exception e) when (e is not (KerasException or OutOfMemoryException))
        {
            throw new KerasException(
                ErrorKind.BadInput,
                "badFile",
                $"{Source}: the weights '{Name}' cannot be read: {e.Message} The file is damaged, or was "
                    + $"rewritten with a filter or byte order that is not supported (gzip and shuffle are).",
                innerException: e
            );
        }
    }
}
