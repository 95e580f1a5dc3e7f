using System.Text;

namespace Mien.Tests;

/// <summary>Files that are not decoded are named, with what to do.</summary>
public sealed class ForeignFileTests
{
    [Theory]
    [InlineData("0000000C6A5020200D0A870A", "looks like a JPEG 2000 image", "opj_decompress (OpenJPEG)")]
    [InlineData("FF4FFF51002F", "looks like a JPEG 2000 image", "opj_decompress (OpenJPEG)")]
    [InlineData("0000000C4A584C200D0A870A", "looks like a JPEG XL image", "djxl (libjxl)")]
    [InlineData("FF0AFA1F", "looks like a JPEG XL image", "djxl (libjxl)")]
    [InlineData("384250530001", "looks like a Photoshop document (PSD)", "Export it as PNG")]
    [InlineData("C5D0D3C620000000", "looks like a PostScript or EPS drawing", "Ghostscript")]
    [InlineData("49492A0010000000", "looks like a TIFF image", "ImageMagick")]
    [InlineData("4D4D002A00000008", "looks like a TIFF image", "ImageMagick")]
    [InlineData("49492A00100000004352", "looks like a raw file of a camera", "raw converter")]
    [InlineData("00000100010010100000", "looks like a Windows icon (ICO)", "ImageMagick")]
    [InlineData("762F310102000000", "looks like an OpenEXR image", "ImageMagick")]
    [InlineData("1A45DFA3934282", "looks like a video (Matroska or WebM)", "mien video")]
    [InlineData("000001BA44000400", "looks like a video (MPEG)", "mien video")]
    [InlineData("504B030414000000", "looks like a ZIP archive", "Unpack it first")]
    [InlineData("1F8B08000000", "looks like a gzip file", "Unpack it first")]
    [InlineData("377ABCAF271C", "looks like a 7z archive", "Unpack it first")]
    [InlineData("0005160700020000", "is what macOS keeps beside an image (AppleDouble)", "\"._\"")]
    [InlineData("000000000000", "holds nothing but zero bytes", "Copy or download it again.")]
    [InlineData("DEADBEEF", "is no known kind of picture (it starts with the bytes DE AD BE EF)", "convert it")]
    public void Bytes_are_named(string hex, string found, string advice) =>
        AssertNamed(Convert.FromHexString(hex), "photo.jpg", found, advice);

    [Theory]
    [InlineData("ftypheic", "mif1heic", "a HEIC image", "heif-convert (libheif)")]
    [InlineData("ftypmif1", "mif1heic", "a HEIC image", "heif-convert (libheif)")]
    [InlineData("ftypmif1", "mif1miaf", "a HEIF image", "heif-convert (libheif)")]
    [InlineData("ftypavif", "avifmif1", "an AVIF image", "avifdec (libavif)")]
    [InlineData("ftypmif1", "miafavif", "an AVIF image", "avifdec (libavif)")]
    [InlineData("ftypcrx ", "crx isom", "a raw file of a camera (CR3)", "raw converter")]
    [InlineData("ftypisom", "isomavc1", "a video (MP4 or QuickTime)", "mien video")]
    [InlineData("ftypqt  ", "qt  \0\0\0\0", "a video (MP4 or QuickTime)", "mien video")]
    public void ISO_media_files_are_recognised_by_their_brands(
        string head,
        string brands,
        string found,
        string advice
    ) =>
        AssertNamed(
            [0, 0, 0, 24, .. Encoding.ASCII.GetBytes(head), 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(brands), 1, 2, 3, 4],
            "IMG_1.jpg",
            $"looks like {found}",
            advice
        );

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "is a Git LFS pointer")]
    [InlineData("/annex/objects/SHA256E-s100--abc.jpg\n", "is a git-annex pointer")]
    [InlineData("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "looks like a PostScript or EPS drawing")]
    [InlineData("%PDF-1.7\n", "looks like a PDF document")]
    [InlineData("P6\n2 2\n255\n", "looks like a Netpbm image")]
    [InlineData(
        "\uFEFF\r\n <!DOCTYPE html><html><head><title>404</title>",
        "is an HTML page, perhaps a server's error"
    )]
    [InlineData("<HTML>\n<body>", "is an HTML page")]
    [InlineData(
        "<?xml version=\"1.0\"?>\n<!-- a -->\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        "looks like an SVG"
    )]
    [InlineData("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", "looks like an XML or HTML text")]
    [InlineData("{\n  \"error\": \"not found\" }", "is a JSON text")]
    [InlineData("data:image/png;base64,iVBORw0KGgo", "is an image as Base64 text")]
    [InlineData("/9j/4AAQSkZJRgABAQ", "is an image as Base64 text")]
    [InlineData("emotion,pixels,Usage\n", "is no known kind of picture")]
    public void Texts_are_named(string text, string found) =>
        AssertNamed(Encoding.UTF8.GetBytes(text), "photo.jpg", found, ".");

    [Fact]
    public void A_git_lfs_pointer_says_how_to_fetch_the_image()
    {
        MienException error = Assert.Throws<MienException>(() =>
            GrayImage.Decode("version https://git-lfs.github.com/spec/v1\n"u8, "a/photo.jpg")
        );
        Assert.Equal(
            "a/photo.jpg: is a Git LFS pointer, not the image itself, expected an image (JPEG, PNG, WebP, BMP or GIF). "
                + "Fetch the images with git lfs pull.",
            error.Message
        );
        Assert.Equal(("notAnImage", 415), (error.Code, error.HttpStatus));
    }

    [Fact]
    public void A_Targa_image_is_recognised_by_its_footer_or_by_its_name_and_header()
    {
        byte[] first = [0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 24, 0, 1, 2, 3, 4, 5, 6];
        byte[] second = [.. first, .. new byte[8], .. "TRUEVISION-XFILE.\0"u8];
        const string Targa = "looks like a Targa image (TGA)";
        AssertNamed(first, "photo.tga", Targa, "ImageMagick");
        AssertNamed(second, "photo.jpg", Targa, "ImageMagick");

        // Many other files begin so; and one that is called so may be anything.
        AssertNamed(first, "photo.jpg", "is no known kind of picture", "convert it");
        AssertNamed([.. "just a text, long enough for a head"u8], "photo.tga", "is no known kind of picture", "");
    }

    private static void AssertNamed(byte[] data, string name, string found, string advice)
    {
        (string isNamed, string whatToDo) = ForeignFile.Describe(data, name);
        Assert.StartsWith(found, isNamed, StringComparison.Ordinal);
        Assert.Contains(advice, whatToDo, StringComparison.Ordinal);
        MienException error = Assert.Throws<MienException>(() => Photo.Decode(data, name));
        Assert.Equal($"{name}: {isNamed}, expected an image (JPEG, PNG, WebP, BMP or GIF). {whatToDo}", error.Message);
        Assert.Equal("notAnImage", error.Code);
    }
}
