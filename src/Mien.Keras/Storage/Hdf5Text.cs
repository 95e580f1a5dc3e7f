using System.Globalization;
using System.Text;
using PureHDF;

namespace Mien.Keras;

/// <summary>Reads strings in attributes, in all forms that Keras and h5py have written.</summary>
internal static class Hdf5Text
{
    /// <summary>
    /// Reads one string: of fixed or variable length, or bytes; <c>null</c> if there is no such attribute.
    /// </summary>
    public static string? Read(IH5Object owner, string name)
    {
        if (!owner.AttributeExists(name))
        {
            return null;
        }

        IH5Attribute attribute = owner.Attribute(name);
        return attribute.Type.Class == H5DataTypeClass.FixedPoint && attribute.Type.Size == 1
                ? Encoding.UTF8.GetString(attribute.Read<byte[]>()).TrimEnd('\0')
            : Texts(attribute) is [var text, ..] ? text
            : null;
    }

    /// <summary>
    /// Reads a list of strings; <c>null</c> if there is no such attribute. Keras splits lists that do not fit into an
    /// object header into <c>NAME0</c>, <c>NAME1</c>, …
    /// </summary>
    public static IReadOnlyList<string>? ReadList(IH5Object owner, string name)
    {
        if (owner.AttributeExists(name))
        {
            return Texts(owner.Attribute(name));
        }

        List<string>? texts = null;
        for (int part = 0; owner.AttributeExists(name + part.ToString(CultureInfo.InvariantCulture)); part++)
        {
            (texts ??= []).AddRange(Texts(owner.Attribute(name + part.ToString(CultureInfo.InvariantCulture))));
        }

        return texts;
    }

    // An empty list is stored as float64 without values, because there are no strings to take a type from.
    private static string[] Texts(IH5Attribute attribute)
    {
        bool empty =
            attribute.Space.Type == H5DataspaceType.Null
            || (attribute.Space.Type == H5DataspaceType.Simple && attribute.Space.Dimensions.Any(d => d == 0));
        return empty ? [] : [.. attribute.Read<string[]>().Select(t => t.TrimEnd('\0'))];
    }
}
