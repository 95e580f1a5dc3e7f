namespace Mien.TfLite.Tests;

/// <summary>
/// TensorFlow's operators as plain loops over batch × height × width × channels, in double precision. Padding follows
/// TensorFlow's description: the output of SAME has side ÷ stride values, rounded up; what the windows lack is split
/// between both ends, with the odd one at the end.
/// </summary>
internal static class Loops
{
    /// <summary>Gets the side of an output.</summary>
    public static int Side(int side, int window, int stride, int dilation, bool same)
    {
        int covered = ((window - 1) * dilation) + 1;
        return same ? (int)Math.Ceiling((double)side / stride) : (side - covered) / stride + 1;
    }

    /// <summary>Computes a convolution; weights are outputs × height × width × inputs.</summary>
    public static double[] Convolve(double[] image, int[] shape, float[] weights, int[] size, float[] bias, Made made)
    {
        (int[] to, int top, int left) = Output(shape, size[1], size[2], size[0], made);
        double[] result = new double[to.Aggregate(1, (a, b) => a * b)];
        ForEach(
            to,
            (y, x, o, i) =>
            {
                result[i] = bias[o];
                for (int r = 0; r < size[1]; r++)
                {
                    for (int c = 0; c < size[2]; c++)
                    {
                        int row = (y * made.Stride) + (r * made.Dilation) - top;
                        int column = (x * made.Stride) + (c * made.Dilation) - left;
                        for (int p = 0; p < shape[3] && Inside(row, column, shape); p++)
                        {
                            double weight = weights[(((((o * size[1]) + r) * size[2]) + c) * size[3]) + p];
                            result[i] += weight * image[(((row * shape[2]) + column) * shape[3]) + p];
                        }
                    }
                }
            }
        );
        return result;
    }

    /// <summary>
    /// Computes a depthwise convolution; weights are 1 × height × width × outputs, and each input channel has the same
    /// number of outputs in a row.
    /// </summary>
    public static double[] Depthwise(double[] image, int[] shape, float[] weights, int[] size, float[] bias, Made made)
    {
        (int[] to, int top, int left) = Output(shape, size[1], size[2], size[3], made);
        double[] result = new double[to.Aggregate(1, (a, b) => a * b)];
        ForEach(
            to,
            (y, x, o, i) =>
            {
                int channel = o / (size[3] / shape[3]);
                result[i] = bias[o];
                for (int r = 0; r < size[1]; r++)
                {
                    for (int c = 0; c < size[2]; c++)
                    {
                        int row = (y * made.Stride) + (r * made.Dilation) - top;
                        int column = (x * made.Stride) + (c * made.Dilation) - left;
                        if (Inside(row, column, shape))
                        {
                            double weight = weights[(((r * size[2]) + c) * size[3]) + o];
                            result[i] += weight * image[(((row * shape[2]) + column) * shape[3]) + channel];
                        }
                    }
                }
            }
        );
        return result;
    }

    public static double[] MaxPool(double[] image, int[] shape, int height, int width, Made made)
    {
        (int[] to, int top, int left) = Output(shape, height, width, shape[3], made);
        double[] result = new double[to.Aggregate(1, (a, b) => a * b)];
        ForEach(
            to,
            (y, x, o, i) =>
            {
                result[i] = double.NegativeInfinity;
                for (int r = 0; r < height; r++)
                {
                    for (int c = 0; c < width; c++)
                    {
                        int row = (y * made.Stride) + r - top;
                        int column = (x * made.Stride) + c - left;
                        if (Inside(row, column, shape))
                        {
                            result[i] = Math.Max(result[i], image[(((row * shape[2]) + column) * shape[3]) + o]);
                        }
                    }
                }
            }
        );
        return result;
    }

    /// <summary>
    /// Resizes bilinearly; <paramref name="source"/> maps a position of the output to one of the image.
    /// </summary>
    public static double[] Resize(
        double[] image,
        int[] shape,
        int height,
        int width,
        Func<int, int, int, double> source
    )
    {
        double[] result = new double[height * width * shape[3]];
        ForEach(
            [1, height, width, shape[3]],
            (y, x, o, i) =>
            {
                double row = Math.Clamp(source(y, shape[1], height), 0, shape[1] - 1);
                double column = Math.Clamp(source(x, shape[2], width), 0, shape[2] - 1);
                for (int r = (int)row; r <= Math.Min((int)row + 1, shape[1] - 1); r++)
                {
                    for (int c = (int)column; c <= Math.Min((int)column + 1, shape[2] - 1); c++)
                    {
                        double weight = (1 - Math.Abs(row - r)) * (1 - Math.Abs(column - c));
                        result[i] += weight * image[(((r * shape[2]) + c) * shape[3]) + o];
                    }
                }
            }
        );
        return result;
    }

    public static double[] Pad(double[] image, int[] shape, int[] pads)
    {
        int[] to = [.. shape.Select((side, d) => side + pads[2 * d] + pads[(2 * d) + 1])];
        double[] result = new double[to.Aggregate(1, (a, b) => a * b)];
        ForEach(
            to,
            (y, x, o, i) =>
            {
                int row = y - pads[2];
                int column = x - pads[4];
                int channel = o - pads[6];
                if (Inside(row, column, shape) && channel >= 0 && channel < shape[3])
                {
                    result[i] = image[(((row * shape[2]) + column) * shape[3]) + channel];
                }
            }
        );
        return result;
    }

    private static (int[] To, int Top, int Left) Output(int[] shape, int height, int width, int channels, Made made)
    {
        int rows = Side(shape[1], height, made.Stride, made.Dilation, made.Same);
        int columns = Side(shape[2], width, made.Stride, made.Dilation, made.Same);
        return (
            [1, rows, columns, channels],
            made.Same ? Before(shape[1], height, rows, made) : 0,
            made.Same ? Before(shape[2], width, columns, made) : 0
        );
    }

    private static int Before(int side, int window, int outputs, Made made)
    {
        int lacking = ((outputs - 1) * made.Stride) + ((window - 1) * made.Dilation) + 1 - side;
        return lacking > 0 ? lacking / 2 : 0;
    }

    private static bool Inside(int row, int column, int[] shape) =>
        row >= 0 && row < shape[1] && column >= 0 && column < shape[2];

    private static void ForEach(int[] shape, Action<int, int, int, int> visit)
    {
        for (int y = 0, i = 0; y < shape[1]; y++)
        {
            for (int x = 0; x < shape[2]; x++)
            {
                for (int c = 0; c < shape[3]; c++, i++)
                {
                    visit(y, x, c, i);
                }
            }
        }
    }
}

/// <summary>How a window moves.</summary>
internal sealed record Made(int Stride = 1, int Dilation = 1, bool Same = true, int Activation = 0)
{
    public static double Activated(double value, int activation) =>
        activation switch
        {
            1 => Math.Max(0, value),
            3 => Math.Clamp(value, 0, 6),
            _ => value,
        };
}
