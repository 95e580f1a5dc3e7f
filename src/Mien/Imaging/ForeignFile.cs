using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Mien;

/// <summary>Names files that are not decoded by what they hold, and says what to do with each. Thread-safe.</summary>
internal static class ForeignFile
{
    private const string VideoAdvice = "Use 'mien video', or the package Mien.Video.";
    private const string ImageMagick = "for example with ImageMagick (magick IN OUT.png)";

    /// <summary>Far enough into a text to find the element that says what it is.</summary>
    private const int TextHead = 4096;

    /// <summary>What a file is and what to do.</summary>
    /// <param name="data">Its bytes.</param>
    /// <param name="name">Its name, whose extension decides where the content leaves it open.</param>
    /// <returns>
    /// A phrase such as <c>looks like a TIFF image</c>, and a sentence such as <c>Convert it to PNG.</c>
    /// </returns>
    public static (string Found, string Advice) Describe(ReadOnlySpan<byte> data, string name)
    {
        if ((Image(data, name) ?? Container(data) ?? Text(data) ?? Named(name)) is { } known)
        {
            return known;
        }

        if (!data.ContainsAnyExcept((byte)0))
        {
            return ("holds nothing but zero bytes", "Copy or download it again.");
        }

        byte[] first = data[..Math.Min(8, data.Length)].ToArray();
        string bytes = string.Join(' ', first.Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));
        return (
            $"is no known kind of picture (it starts with the bytes {bytes})",
            "If it is an image, convert it to one of these."
        );
    }

    private static (string Found, string Advice)? Image(ReadOnlySpan<byte> data, string name) =>
        data switch
        {
            [0, 0, 0, 12, (byte)'j', (byte)'P', (byte)' ', (byte)' ', ..] or [0xFF, 0x4F, 0xFF, 0x51, ..] => Convert(
                "a JPEG 2000 image",
                "for example with opj_decompress (OpenJPEG) or ImageMagick"
            ),
            [0, 0, 0, 12, (byte)'J', (byte)'X', (byte)'L', (byte)' ', ..] or [0xFF, 0x0A, ..] => Convert(
                "a JPEG XL image",
                "for example with djxl (libjxl)"
            ),
            [(byte)'8', (byte)'B', (byte)'P', (byte)'S', ..] => (
                "looks like a Photoshop document (PSD)",
                $"Export it as PNG from an image program, or convert it, {ImageMagick}."
            ),
            [(byte)'%', (byte)'!', (byte)'P', (byte)'S', ..] or [0xC5, 0xD0, 0xD3, 0xC6, ..] => (
                "looks like a PostScript or EPS drawing",
                "Make a PNG of it, for example with Ghostscript (gs -sDEVICE=png16m -o OUT.png IN)."
            ),
            _ when IsRaw(data) => (
                "looks like a raw file of a camera",
                "Export it as JPEG from a raw converter, for example darktable, or let the camera save JPEG."
            ),
            [(byte)'I', (byte)'I', 42, 0, ..]
            or [(byte)'M', (byte)'M', 0, 42, ..]
            or [(byte)'I', (byte)'I', 43, 0, ..]
            or [(byte)'M', (byte)'M', 0, 43, ..] => Convert("a TIFF image", ImageMagick),
            [0, 0, 1, 0, _, 0, ..] => Convert("a Windows icon (ICO)", ImageMagick),
            [(byte)'P', >= (byte)'1' and <= (byte)'7', (byte)'\n' or (byte)' ' or (byte)'\r' or (byte)'\t', ..] =>
                Convert("a Netpbm image (PBM, PGM, PPM, PAM)", ImageMagick),
            [(byte)'g', (byte)'i', (byte)'m', (byte)'p', (byte)' ', (byte)'x', (byte)'c', (byte)'f', ..] => (
                "looks like a GIMP document (XCF)",
                "Export it as PNG from GIMP."
            ),
            [0x76, 0x2F, 0x31, 0x01, ..] => Convert("an OpenEXR image", ImageMagick),
            [(byte)'D', (byte)'D', (byte)'S', (byte)' ', ..] => Convert("a DirectDraw surface (DDS)", ImageMagick),
            _ when data.Length > 132 && data[128..].StartsWith("DICM"u8) => Convert(
                "a DICOM image",
                "for example with dcm2img (DCMTK)"
            ),
            _ when IsTga(data, name) => Convert("a Targa image (TGA)", ImageMagick),
            _ => null,
        };

    private static (string Found, string Advice)? Container(ReadOnlySpan<byte> data) =>
        data switch
        {
            [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => Media(data),
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'A', (byte)'V', (byte)'I', (byte)' ', ..] =>
                Video("AVI"),
            [0x1A, 0x45, 0xDF, 0xA3, ..] => Video("Matroska or WebM"),
            [(byte)'O', (byte)'g', (byte)'g', (byte)'S', ..] => Video("Ogg"),
            [0, 0, 1, 0xB3 or 0xBA, ..] => Video("MPEG"),
            [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => (
                "looks like a PDF document",
                "Make images of its pages, for example with pdftoppm (Poppler): pdftoppm -png IN OUT."
            ),
            [(byte)'P', (byte)'K', 3 or 5, 4 or 6, ..] => Archive("a ZIP archive"),
            [0x1F, 0x8B, ..] => Archive("a gzip file"),
            [(byte)'7', (byte)'z', 0xBC, 0xAF, ..] => Archive("a 7z archive"),
            [(byte)'R', (byte)'a', (byte)'r', (byte)'!', ..] => Archive("a RAR archive"),
            [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..] => Archive("an xz file"),
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Archive("a zstd file"),
            [0x00, 0x05, 0x16, 0x07, ..] => (
                "is what macOS keeps beside an image (AppleDouble), not the image",
                "Leave it out, and name the file without \"._\" before its name."
            ),
            _ => null,
        };

    /// <summary>ISO base media files are told apart by their brands: the main one and the compatible ones.</summary>
    private static (string Found, string Advice) Media(ReadOnlySpan<byte> data)
    {
        int end = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(data), (uint)Math.Min(data.Length, 256));
        for (int at = 8; at == 8 || at + 4 <= end; at += at == 8 ? 8 : 4)
        {
            string brand = Encoding.Latin1.GetString(data[at..Math.Min(at + 4, data.Length)]);
            switch (brand)
            {
                case "avif" or "avis":
                    return Convert("an AVIF image", "for example with avifdec (libavif) or ImageMagick");
                case "crx ":
                    return (
                        "looks like a raw file of a camera (CR3)",
                        "Export it as JPEG from a raw converter, for example darktable, or let the camera save JPEG."
                    );
                case "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" or "hevm" or "hevs":
                    return Convert("a HEIC image", "for example with heif-convert (libheif) or ImageMagick");
                case "jxl ":
                    return Convert("a JPEG XL image", "for example with djxl (libjxl)");
            }
        }

        return data[8..].StartsWith("mif1"u8) || data[8..].StartsWith("msf1"u8)
            ? Convert("a HEIF image", "for example with heif-convert (libheif) or ImageMagick")
            : Video("MP4 or QuickTime");
    }

    private static (string Found, string Advice)? Text(ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> bytes = data[..Math.Min(TextHead, data.Length)];
        string text = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (Starts("version https://git-lfs.github.com/"))
        {
            return ("is a Git LFS pointer, not the image itself", "Fetch the images with git lfs pull.");
        }

        if (Starts("/annex/objects/") || Starts("../.git/annex/") || Starts(".git/annex/"))
        {
            return ("is a git-annex pointer, not the image itself", "Fetch the image with git annex get.");
        }

        if (Starts("data:image/") || Starts("/9j/") || Starts("iVBORw0KGgo"))
        {
            return ("is an image as Base64 text", "Decode it to bytes first, for example with base64 -d.");
        }

        if (Starts("{") && text.TrimStart('{', ' ', '\r', '\n', '\t').StartsWith('"'))
        {
            return ("is a JSON text, perhaps a server's answer in place of the image", "Download the image again.");
        }

        if (!Starts("<"))
        {
            return null;
        }

        return Starts("<!doctype html") || Starts("<html") || Starts("<head") || Starts("<body")
                ? (
                    "is an HTML page, perhaps a server's error or login page in place of the image",
                    "Open its address in a browser, and download the image itself."
                )
            : text.Contains("<svg", StringComparison.OrdinalIgnoreCase)
                ? (
                    "looks like an SVG drawing",
                    "Export it as PNG, for example with Inkscape or rsvg-convert (librsvg)."
                )
            : (
                "looks like an XML or HTML text, perhaps a server's answer in place of the image",
                "Download the image again."
            );

        bool Starts(string start) => text.StartsWith(start, StringComparison.OrdinalIgnoreCase);
    }

    private static (string Found, string Advice) Convert(string what, string how) =>
        ($"looks like {what}", $"Convert it to JPEG or PNG, {how}.");

    private static (string Found, string Advice) Video(string what) => ($"looks like a video ({what})", VideoAdvice);

    /// <summary>Some videos, such as MPEG transport streams, have no signature.</summary>
    private static (string Found, string Advice)? Named(string name) =>
        VideoNames.IsVideo(name) ? ("has the extension of a video", VideoAdvice) : null;

    private static (string Found, string Advice) Archive(string what) =>
        ($"looks like {what}", "Unpack it first, and name the images in it.");

    /// <summary>Raw files that have a signature of their own; many others are TIFF files.</summary>
    private static bool IsRaw(ReadOnlySpan<byte> data) =>
        data.StartsWith("FUJIFILMCCD-RAW"u8)
        || data.StartsWith("IIU\0"u8)
        || data.StartsWith("IIRO"u8)
        || data.StartsWith("IIRS"u8)
        || data.StartsWith("MMOR"u8)
        || data.StartsWith("FOVb"u8)
        || data.StartsWith("\0MRM"u8)
        || (data.StartsWith("II*\0"u8) && data.Length >= 10 && data[8..].StartsWith("CR"u8));

    /// <summary>
    /// Version 2 has a signature at its end. Version 1 has none, and its first bytes are common in other files, so they
    /// count only under the extension.
    /// </summary>
    private static bool IsTga(ReadOnlySpan<byte> data, string name)
    {
        if (data.EndsWith("TRUEVISION-XFILE.\0"u8))
        {
            return true;
        }

        ReadOnlySpan<char> extension = Path.GetExtension(name.AsSpan());
        bool isNamed =
            extension.Equals(".tga", StringComparison.OrdinalIgnoreCase)
            || extension.Equals(".icb", StringComparison.OrdinalIgnoreCase)
            || extension.Equals(".vda", StringComparison.OrdinalIgnoreCase)
            || extension.Equals(".vst", StringComparison.OrdinalIgnoreCase);
        return isNamed
            && data.Length > 18
            && data[1] <= 1
            && data[2] is 1 or 2 or 3 or 9 or 10 or 11
            && data[16] is 8 or 15 or 16 or 24 or 32
            && BinaryPrimitives.ReadUInt16LittleEndian(data[12..]) > 0
            && BinaryPrimitives.ReadUInt16LittleEndian(data[14..]) > 0;
    }
}
