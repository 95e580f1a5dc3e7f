using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Mien;

/// <summary>
/// Checks the operators of a model file whose results have a size that the file states, such as ConstantOfShape and
/// Tile: a file of 200 bytes could otherwise claim gigabytes. The sizes must be constants of the file. The factors by
/// which such operators enlarge their inputs are multiplied over the whole file, because a chain of them multiplies
/// too. Results whose size follows from the inputs, such as those of Concat and MatMul, are not followed. Single use.
/// </summary>
/// <param name="file">The bytes of the file.</param>
/// <param name="source">The name of the source for error messages.</param>
internal sealed class ModelSizes(byte[] file, string source)
{
    /// <summary>The maximum number of dimensions of a tensor, and of sizes in one place.</summary>
    public const int MaxRank = 64;

    /// <summary>The maximum product of the sizes of one operator, and of the factors of all operators: 16 M.</summary>
    public const long MaxGrowth = 1 << 24;

    private Dictionary<string, List<double>?>? constants;
    private double growth = 1;

    /// <summary>The product of dimensions; <see langword="null"/> if one is negative or it overflows.</summary>
    public static long? Product(List<long> dimensions)
    {
        long product = 1;
        bool isEmpty = false;
        foreach (long side in dimensions)
        {
            if (side < 0 || (product > long.MaxValue / Math.Max(1, side)))
            {
                return null;
            }

            isEmpty |= side == 0;
            product *= Math.Max(1, side);
        }

        return isEmpty ? 0 : product;
    }

    /// <summary>Checks a node.</summary>
    /// <param name="op">Its operator.</param>
    /// <param name="node">The bytes of the node.</param>
    /// <exception cref="MienException"><c>unsafeModel</c>.</exception>
    /// <exception cref="FormatException">The node is cut off.</exception>
    public void Check(string op, ReadOnlySpan<byte> node)
    {
        switch (op)
        {
            case "ConstantOfShape":
                Grow(op, Input(op, node, 0));
                break;
            case "Expand" or "Tile" or "OneHot":
                Grow(op, Input(op, node, 1));
                break;
            case "Upsample":
                Grow(op, Attribute(node, "scales") ?? Input(op, node, 1));
                break;
            case "Resize":
                Grow(op, Resized(node));
                break;
            case "ConvTranspose":
                Grow(op, Attribute(node, "strides"));
                Grow(op, Attribute(node, "output_shape"));
                Bound(op, Attribute(node, "output_padding"));
                break;
            case "Pad":
                Bound(op, Attribute(node, "pads") ?? Input(op, node, 1));
                break;
            case "Conv" or "ConvInteger" or "QLinearConv" or "MaxPool" or "AveragePool" or "LpPool":
                Bound(op, Attribute(node, "pads"));
                break;
        }
    }

    private void Grow(string op, List<double>? sizes)
    {
        foreach (double size in sizes ?? [])
        {
            growth *= Math.Max(1, size);
            if (!(growth <= MaxGrowth))
            {
                throw TooLarge(op, sizes!);
            }
        }
    }

    /// <summary>Checks padding: the beginnings of all dimensions, then the ends.</summary>
    private void Bound(string op, List<double>? pads)
    {
        double product = 1;
        for (int i = 0; i < (pads?.Count + 1) / 2; i++)
        {
            int end = i + (pads!.Count / 2);
            product *= 1 + Math.Max(0, pads[i]) + (end < pads.Count && end != i ? Math.Max(0, pads[end]) : 0);
        }

        if (!(product <= MaxGrowth))
        {
            throw TooLarge(op, pads!);
        }
    }

    private MienException TooLarge(string op, List<double> sizes) =>
        ModelFileCheck.Unsafe(
            source,
            $"the operator {op} enlarges its input by "
                + $"[{string.Join(", ", sizes.Select(s => s.ToString(CultureInfo.InvariantCulture)))}]",
            string.Create(CultureInfo.InvariantCulture, $"a factor of at most {MaxGrowth:N0} in all")
        );

    /// <summary>The scales or sizes of Resize, which has one of the two. Resize-10 has the scales second.</summary>
    private List<double> Resized(ReadOnlySpan<byte> node)
    {
        List<string> inputs = Inputs(node);
        int place = inputs.Count > 3 && inputs[3].Length > 0 ? 3 : Math.Min(2, inputs.Count - 1);
        return place < 1 ? throw Computed("Resize", "") : Constant("Resize", inputs[place]);
    }

    private List<double> Input(string op, ReadOnlySpan<byte> node, int place)
    {
        List<string> inputs = Inputs(node);
        return Constant(op, place < inputs.Count ? inputs[place] : "");
    }

    private static List<string> Inputs(ReadOnlySpan<byte> node)
    {
        var inputs = new List<string>();
        var reader = new WireReader(node);
        while (reader.Next())
        {
            if (reader.Field == 1 && inputs.Count < 4)
            {
                inputs.Add(Encoding.UTF8.GetString(reader.Content));
            }
        }

        return inputs;
    }

    /// <summary>The numbers of an attribute; <see langword="null"/> if the node does not have it.</summary>
    private static List<double>? Attribute(ReadOnlySpan<byte> node, string name)
    {
        var reader = new WireReader(node);
        List<double>? found = null;
        while (reader.Next())
        {
            if (reader.Field == 5 && NameOf(reader.Content, 1) == name)
            {
                (found ??= []).AddRange(Numbers(reader.Content, ints: 8, floats: 7));
            }
        }

        return found;
    }

    private List<double> Constant(string op, string name)
    {
        if (constants is null)
        {
            constants = new Dictionary<string, List<double>?>(StringComparer.Ordinal);
            Collect(file, model: true, 0);
        }

        return constants.GetValueOrDefault(name) ?? throw Computed(op, name);
    }

    private MienException Computed(string op, string name) =>
        ModelFileCheck.Unsafe(
            source,
            $"the operator {op} takes its size from '{WireReader.Text(Encoding.UTF8.GetBytes(name))}'",
            $"a constant of the file with at most {MaxRank} numbers"
        );

    /// <summary>Collects the constants of all graphs by name. One that occurs twice is none.</summary>
    private void Collect(ReadOnlySpan<byte> message, bool model, int depth)
    {
        var reader = new WireReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 7 when model:
                    Collect(reader.Content, model: false, depth);
                    break;
                case 5 when !model:
                    Add(NameOf(reader.Content, 8), reader.Content);
                    break;
                case 1 when !model:
                    CollectNode(reader.Content, depth);
                    break;
            }
        }
    }

    private void CollectNode(ReadOnlySpan<byte> node, int depth)
    {
        bool isConstant = NameOf(node, 4) == "Constant";
        var reader = new WireReader(node);
        while (reader.Next())
        {
            if (reader.Field != 5)
            {
                continue;
            }

            var attribute = new WireReader(reader.Content);
            while (attribute.Next())
            {
                if (attribute.Field == 5 && isConstant)
                {
                    Add(NameOf(node, 2), attribute.Content);
                }
                else if (attribute.Field is 6 or 11 && depth < ModelFileCheck.MaxDepth)
                {
                    Collect(attribute.Content, model: false, depth + 1);
                }
            }
        }
    }

    private void Add(string name, ReadOnlySpan<byte> tensor)
    {
        if (!constants!.TryAdd(name, Values(tensor)))
        {
            constants[name] = null;
        }
    }

    private static string NameOf(ReadOnlySpan<byte> message, int field)
    {
        string name = "";
        var reader = new WireReader(message);
        while (reader.Next())
        {
            name = reader.Field == field ? Encoding.UTF8.GetString(reader.Content) : name;
        }

        return name;
    }

    /// <summary>The numbers of a small tensor; <see langword="null"/> for a large or other one.</summary>
    private static List<double>? Values(ReadOnlySpan<byte> tensor)
    {
        if (tensor.Length > 4096)
        {
            return null;
        }

        ulong type = 0;
        ReadOnlySpan<byte> raw = default;
        var reader = new WireReader(tensor);
        while (reader.Next())
        {
            type = reader.Field == 2 ? reader.Number : type;
            raw = reader.Field == 9 ? reader.Content : raw;
        }

        var values = new List<double>();
        switch (type)
        {
            case 1:
                for (; raw.Length >= 4; raw = raw[4..])
                {
                    values.Add(BinaryPrimitives.ReadSingleLittleEndian(raw));
                }

                values.AddRange(Numbers(tensor, ints: 0, floats: 4));
                break;
            case 6:
                for (; raw.Length >= 4; raw = raw[4..])
                {
                    values.Add(BinaryPrimitives.ReadInt32LittleEndian(raw));
                }

                values.AddRange(Numbers(tensor, ints: 5, floats: 0));
                break;
            case 7:
                for (; raw.Length >= 8; raw = raw[8..])
                {
                    values.Add(BinaryPrimitives.ReadInt64LittleEndian(raw));
                }

                values.AddRange(Numbers(tensor, ints: 7, floats: 0));
                break;
            default:
                return null;
        }

        return values.Count is > 0 and <= MaxRank ? values : null;
    }

    /// <summary>The numbers of repeated fields, packed or not.</summary>
    private static List<double> Numbers(ReadOnlySpan<byte> message, int ints, int floats)
    {
        var numbers = new List<double>();
        var whole = new List<long>();
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Field == ints)
            {
                reader.AddIntegers(whole, MaxRank);
            }
            else if (reader.Field == floats && !reader.HasContent)
            {
                numbers.Add(BitConverter.UInt32BitsToSingle((uint)reader.Number));
            }
            else if (reader.Field == floats)
            {
                for (ReadOnlySpan<byte> packed = reader.Content; packed.Length >= 4; packed = packed[4..])
                {
                    numbers.Add(BinaryPrimitives.ReadSingleLittleEndian(packed));
                }
            }
        }

        return [.. numbers, .. whole.Select(n => (double)n)];
    }
}
