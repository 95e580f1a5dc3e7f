namespace Mien.TfLite;

/// <summary>The operators that the converter knows, with their numbers in TensorFlow's schema.fbs.</summary>
internal enum TfLiteOperatorCode
{
    Add = 0,
    Conv2D = 3,
    DepthwiseConv2D = 4,
    Dequantize = 6,
    MaxPool2D = 17,
    Relu = 19,
    Reshape = 22,
    ResizeBilinear = 23,
    Pad = 34,
    Prelu = 54,
}

/// <summary>The element types that the converter knows, with their numbers in TensorFlow's schema.fbs.</summary>
internal enum TfLiteType
{
    Float32 = 0,
    Float16 = 1,
    Int32 = 2,
}
