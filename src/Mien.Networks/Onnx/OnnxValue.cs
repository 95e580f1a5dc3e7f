namespace Mien.Networks;

/// <summary>Declares inputs and outputs of an ONNX graph.</summary>
internal static class OnnxValue
{
    private const string BatchDimension = "N";

    /// <summary>A tensor of float32 with any number of images and the given sides.</summary>
    public static ValueInfoProto Floats(string name, params ReadOnlySpan<int> sides)
    {
        var dimensions = new TensorShapeProto();
        dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = BatchDimension });
        foreach (int side in sides)
        {
            dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = side });
        }

        var tensor = new TypeProto.Types.Tensor
        {
            ElemType = (int)TensorProto.Types.DataType.Float,
            Shape = dimensions,
        };
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = tensor },
        };
    }
}
