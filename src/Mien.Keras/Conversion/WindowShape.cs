using Mien.Networks;

namespace Mien.Keras;

/// <summary>A sliding window in Keras's terms.</summary>
/// <param name="Rows">Rows of the kernel.</param>
/// <param name="Columns">Columns of the kernel.</param>
/// <param name="RowStep">The dilation of its rows.</param>
/// <param name="ColumnStep">The dilation of its columns.</param>
/// <param name="Stride">Stride of the window.</param>
/// <param name="IsSame">Whether the padding is 'same' and not 'valid'.</param>
internal readonly record struct WindowShape(int Rows, int Columns, int RowStep, int ColumnStep, int Stride, bool IsSame)
{
    private const int Largest = 1 << 12;

    /// <summary>The rows that the window covers.</summary>
    public int Height => ((Rows - 1) * RowStep) + 1;

    /// <summary>The columns that the window covers.</summary>
    public int Width => ((Columns - 1) * ColumnStep) + 1;

    /// <summary>The side of the square window that replaces it.</summary>
    public int Side => Math.Max(Height, Width);

    /// <summary>Whether it is square and not dilated, so that a description can express it directly.</summary>
    public bool IsPlain => Height == Width && RowStep == 1 && ColumnStep == 1;

    /// <summary>The shape of the window's output.</summary>
    public TensorShape Over(TensorShape input, int channels, LayerConfig config)
    {
        (int height, int width) = IsSame
            ? ((input.Height + Stride - 1) / Stride, (input.Width + Stride - 1) / Stride)
            : (((input.Height - Height) / Stride) + 1, ((input.Width - Width) / Stride) + 1);
        return !IsSame && (input.Height < Height || input.Width < Width)
            ? throw config.Unsupported(
                $"has a window of {Height}×{Width} pixels, larger than its input "
                    + $"of {input.Height}×{input.Width}; the given input size may be too small"
            )
            : new TensorShape(channels, height, width);
    }

    /// <summary>TensorFlow's padding around a feature map for this window.</summary>
    public Padding Around(TensorShape input)
    {
        if (!IsSame)
        {
            return default;
        }

        Padding rows = Padding.SameUpper(input.Height, input.Height, Height, Stride),
            columns = Padding.SameUpper(input.Width, input.Width, Width, Stride);
        return new Padding(rows.Top, columns.Left, rows.Bottom, columns.Right);
    }

    /// <summary>Reads the window of a layer.</summary>
    /// <param name="config">The layer.</param>
    /// <param name="sizeKey"><c>kernel_size</c> or <c>pool_size</c>.</param>
    /// <param name="strides">The default strides; <c>null</c> uses the window's size.</param>
    public static WindowShape Of(LayerConfig config, string sizeKey, (int Rows, int Columns)? strides)
    {
        (int rows, int columns) = config.Pair(sizeKey, sizeKey == "pool_size" ? (2, 2) : null);
        (int down, int right) = config.Pair("strides", strides ?? (rows, columns));
        (int rowStep, int columnStep) = config.Pair("dilation_rate", (1, 1));
        string padding = config.Text("padding") ?? "valid";
        if (down != right)
        {
            throw config.Unsupported($"has strides of {down}×{right}, expected equal strides in both directions");
        }

        if (padding is not ("same" or "valid"))
        {
            throw config.Unsupported($"has the padding '{padding}', expected 'same' or 'valid'");
        }

        var window = new WindowShape(rows, columns, rowStep, columnStep, down, padding == "same");
        return (long)rows * rowStep < Largest && (long)columns * columnStep < Largest
            ? window
            : throw config.Bad(sizeKey, $"a window of less than {Largest} pixels");
    }
}
