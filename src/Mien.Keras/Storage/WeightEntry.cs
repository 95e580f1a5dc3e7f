using PureHDF;

namespace Mien.Keras;

/// <summary>One weight tensor in the file; its values are read on demand.</summary>
/// <param name="Name">Its name in the file, such as <c>conv2d_1/kernel:0</c>.</param>
/// <param name="Dataset">The HDF5 dataset with its values.</param>
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

    /// <summary>The part before the last: the layer's name, unless TensorFlow changed it.</summary>
    public string Owner => Name.Split('/') is [.., var owner, _] ? owner : "";

    /// <summary>Reads the values, row-major, from any stored precision.</summary>
    /// <exception cref="KerasException">The file is damaged, or the values are not floating-point numbers.</exception>
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
                $"{Source}: the weights '{Name}' cannot be read: {e.Message} The file is damaged, or it was "
                    + $"rewritten with a filter or byte order that is not supported (gzip and shuffle are).",
                innerException: e
            );
        }
    }
}
