using Mien.Networks;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using Padding = Mien.Networks.Padding;

namespace Mien.Training;

/// <summary>Convolutions, with workarounds for two defects of libtorch 2.10.</summary>
internal sealed partial class NetworkModule
{
    /// <summary>
    /// The number of channels that oneDNN computes together with AVX-512; with AVX2 it is 8, a divisor of this.
    /// </summary>
    private const int ChannelBlock = 16;

    private Tensor Convolve(ConvOperator c, Tensor x, Tensor weight, Tensor? bias)
    {
        bool pads = c.IsSameUpper || !c.Padding.IsUniform; // libtorch pads opposite sides equally
        using Tensor padded = pads
            ? Pad(x, c.IsSameUpper ? Padding.SameUpper(x.shape[2], x.shape[3], c.Kernel, c.Stride) : c.Padding)
            : x.alias();

        // Workaround for oneDNN 3.7, which computes 16 channels together. If the channels of a channels-first tensor do
        // not fill such a block, it reads uninitialised memory and multiplies it by zero. A NaN there becomes a NaN in
        // the output (if the input channels are uneven) or in the gradient (if the filters are uneven). Channels-last
        // tensors are not computed in such blocks. Only the CPU uses oneDNN.
        bool blocks =
            x.device_type != DeviceType.CPU
            || c.Groups > 1
            || (c.Channels % ChannelBlock == 0 && c.Filters % ChannelBlock == 0);

        // The first convolution of most networks, with one channel and no gradient for its input, is not affected.
        bool isStem = c.Channels == 1 && c.Filters % ChannelBlock == 0 && !x.requires_grad;
        if (!blocks && !isStem && Precision == TrainingPrecision.Bfloat16)
        {
            return FillBlocks(c, padded, weight, bias, Convolution);
        }

        if (!blocks && c.Channels == 1 && x.requires_grad)
        {
            // With one channel, channels-first and channels-last layouts cannot be distinguished. A second channel of
            // zeros makes the tensor channels-last without changing the result.
            using Tensor zero = zeros_like(padded);
            using Tensor two = cat([padded, zero], 1);
            using Tensor none = zeros_like(weight);
            using Tensor weights = cat([weight, none], 1);
            using Tensor pair = LayChannelsLast(two);
            using Tensor answer = Convolution(pair, weights, bias);
            return answer.contiguous();
        }

        if (c.Groups > 1 && c.Filters > c.Groups)
        {
            // Workaround: with several filters per group, libtorch 2.10 gives wrong values for channels-last tensors.
            using Tensor first = padded.contiguous();
            return Convolution(first, weight, bias);
        }

        if (blocks || c.Channels == 1)
        {
            return Convolution(padded, weight, bias);
        }

        using Tensor laid = LayChannelsLast(padded);
        using Tensor output = Convolution(laid, weight, bias);
        return output.contiguous();

        Tensor Convolution(Tensor input, Tensor filters, Tensor? biases) =>
            F.conv2d(
                input,
                filters,
                biases,
                strides: [c.Stride, c.Stride],
                padding: pads ? [0, 0] : [c.Padding.Top, c.Padding.Left],
                groups: c.Groups
            );
    }

    /// <summary>
    /// Convolves in bfloat16, where a channels-last layout does not avoid the defect: fills the blocks with zero
    /// channels and zero filters, and drops the output of these filters.
    /// </summary>
    private static Tensor FillBlocks(
        ConvOperator c,
        Tensor picture,
        Tensor weight,
        Tensor? bias,
        Func<Tensor, Tensor, Tensor?, Tensor> convolve
    )
    {
        long channels = Missing(c.Channels);
        long filters = Missing(c.Filters);
        using Tensor filled = F.pad(picture, [0, 0, 0, 0, 0, channels]);
        using Tensor weights = F.pad(weight, [0, 0, 0, 0, 0, channels, 0, filters]);
        using Tensor? biases = bias is null ? null : F.pad(bias, [0, filters]);
        using Tensor output = convolve(filled, weights, biases);
        return output.narrow(1, 0, c.Filters);

        static long Missing(int count) => (ChannelBlock - (count % ChannelBlock)) % ChannelBlock;
    }

    private static Tensor LayChannelsLast(Tensor picture)
    {
        using Tensor last = picture.permute(0, 2, 3, 1);
        using Tensor ordered = last.contiguous();
        return ordered.permute(0, 3, 1, 2);
    }
}
