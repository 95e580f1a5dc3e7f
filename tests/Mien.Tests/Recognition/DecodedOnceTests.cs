using SkiaSharp;

namespace Mien.Tests;

/// <summary>Annotating a photo does not decode it again.</summary>
public sealed class DecodedOnceTests
{
    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void A_photo_is_decoded_once_for_result_and_annotation(SKEncodedImageFormat format)
    {
        byte[] file = Encode(MadePhotos.Group(), format);
        long before = ImageCodec.Decodes;

        (RecognitionResult result, AnnotatedPhoto marked) = Recognizers.Shared.RecognizeAndAnnotate(file, "a");

        Assert.Equal(1, ImageCodec.Decodes - before);
        AssertSame(file, result, marked);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    public void A_crop_is_decoded_once_for_result_and_annotation(SKEncodedImageFormat format)
    {
        byte[] file = Encode(SampleFaces.Crop(Expression.Fear), format);
        long before = ImageCodec.Decodes;

        (RecognitionResult result, AnnotatedPhoto marked) = Recognizers.Shared.RecognizeAndAnnotate(file, "a");

        Assert.Equal(1, ImageCodec.Decodes - before);
        Assert.True(result.IsFaceCrop);
        AssertSame(file, result, marked);
    }

    // Recognition decodes at a reduced scale, whose pixels differ from the full resolution. Sharing the full-resolution
    // pixels would change the results.
    [Fact]
    public void A_jpeg_recognised_at_a_reduced_scale_is_decoded_again_in_full_resolution_for_annotation()
    {
        byte[] file = Encode(MadePhotos.Group().Resize(6400, 5120, ResizeKernel.Bilinear), SKEncodedImageFormat.Jpeg);
        var options = new RecognitionOptions { Detection = new DetectionOptions { Tiles = Tiling.None } };
        long before = ImageCodec.Decodes;

        (RecognitionResult result, AnnotatedPhoto marked) = Recognizers.Shared.RecognizeAndAnnotate(file, "a", options);

        Assert.Equal(2, ImageCodec.Decodes - before);
        AssertSame(file, result, marked, options);
    }

    private static void AssertSame(
        byte[] file,
        RecognitionResult result,
        AnnotatedPhoto marked,
        RecognitionOptions? options = null
    )
    {
        RecognitionResult alone = Recognizers.Shared.Recognize(file, "a", options);
        Assert.Equal(Recognizers.Describe(alone), Recognizers.Describe(result));
        AnnotatedPhoto expected = PhotoAnnotator.Annotate(file, alone);
        Assert.Equal(expected.Extension, marked.Extension);
        Assert.Equal(expected.Data, marked.Data);
    }

    private static byte[] Encode(GrayImage image, SKEncodedImageFormat format)
    {
        using SKBitmap bitmap = SKBitmap.Decode(image.EncodePng());
        using SKData data = bitmap.Encode(format, 95);
        return data.ToArray();
    }
}
