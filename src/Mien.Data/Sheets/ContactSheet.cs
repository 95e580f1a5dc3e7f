using System.Globalization;

namespace Mien.Data;

/// <summary>
/// Draws a contact sheet of a data set: one row per class with its name, its number of images and a random sample of
/// them. Names are drawn with a built-in font, so they appear even if no font is installed. Thread-safe.
/// </summary>
internal static class ContactSheet
{
    private const int Gap = 2;
    private const int Margin = 8;
    private const int TextScale = 2;
    private const byte Paper = 255;
    private const byte Ink = 0;
    private const byte Faint = 110;

    // Wide enough for the longest name; numbers are drawn smaller.
    private static readonly int LabelWidth = Expressions.Names.Max(n => PixelFont.Measure(n, TextScale)) + Margin;

    /// <summary>Draws the sheet.</summary>
    /// <param name="dataset">The images.</param>
    /// <param name="options">The layout; <c>null</c> uses the defaults.</param>
    /// <returns>An image that the caller owns; a class without images has an empty row.</returns>
    /// <exception cref="ArgumentException">
    /// An option is out of range, or the sheet would exceed 100 megapixels.
    /// </exception>
    public static GrayImage Draw(FaceDataset dataset, ContactSheetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        options ??= new ContactSheetOptions();
        if (options.Columns is < 1 or > 100 || options.Scale is < 1 or > 16)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{options.Columns} columns at scale {options.Scale} are out of range; expected 1 to 100 "
                        + $"columns and a scale from 1 to 16."
                )
            );
        }

        int cellWidth = (dataset.Width * options.Scale) + Gap;
        int cellHeight = Math.Max(dataset.Height * options.Scale, TextHeight) + Gap;
        long width = (Margin * 2L) + LabelWidth + ((long)cellWidth * options.Columns);
        long height = (Margin * 2L) + ((long)cellHeight * Expressions.Count);
        if (width * height > 100_000_000)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The sheet would be {width}×{height} pixels, more than 100 megapixels; use fewer columns "
                        + $"or a smaller scale."
                )
            );
        }

        byte[] pixels = new byte[width * height];
        pixels.AsSpan().Fill(Paper);
        var sheet = new GrayImage((int)width, (int)height, pixels);
        var random = new SplitMix64(options.Seed);
        for (int label = 0; label < Expressions.Count; label++)
        {
            int[] indices =
            [
                .. Enumerable
                    .Range(0, dataset.Count)
                    .Where(i =>
                        dataset.Labels[i] == label && (options.Split is null || dataset.Splits[i] == options.Split)
                    ),
            ];
            int count = indices.Length;
            random.Shuffle<int>(indices);
            int top = Margin + (label * cellHeight);
            int textTop = top + ((cellHeight - Gap - TextHeight) / 2);
            PixelFont.Draw(sheet, Expressions.Names[label], Margin, textTop, TextScale, Ink);
            PixelFont.Draw(
                sheet,
                count.ToString(CultureInfo.InvariantCulture),
                Margin,
                textTop + ((PixelFont.GlyphHeight + 3) * TextScale),
                TextScale - 1,
                Faint
            );
            for (int column = 0; column < Math.Min(count, options.Columns); column++)
            {
                Paste(
                    sheet,
                    dataset.Image(indices[column]),
                    dataset.Width,
                    dataset.Height,
                    Margin + LabelWidth + (column * cellWidth),
                    top,
                    options.Scale
                );
            }
        }

        return sheet;
    }

    /// <summary>Draws the sheet and writes it as a PNG file; an existing file is replaced.</summary>
    /// <param name="dataset">The images.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">The layout; <c>null</c> uses the defaults.</param>
    /// <exception cref="ArgumentException">See <see cref="Draw"/>.</exception>
    /// <exception cref="MienException"><c>cannotWrite</c>: the file cannot be written.</exception>
    public static void Write(FaceDataset dataset, string path, ContactSheetOptions? options = null) =>
        OutputFile.WriteBytes(path, Draw(dataset, options).EncodePng());

    /// <summary>The height of name and number, one above the other.</summary>
    private static int TextHeight =>
        ((PixelFont.GlyphHeight + 3) * TextScale) + (PixelFont.GlyphHeight * (TextScale - 1));

    private static void Paste(
        GrayImage sheet,
        ReadOnlySpan<byte> image,
        int width,
        int height,
        int left,
        int top,
        int scale
    )
    {
        for (int y = 0; y < height * scale; y++)
        {
            Span<byte> row = sheet.Pixels.AsSpan(((top + y) * sheet.Width) + left, width * scale);
            for (int x = 0; x < row.Length; x++)
            {
                row[x] = image[(y / scale * width) + (x / scale)];
            }
        }
    }
}
