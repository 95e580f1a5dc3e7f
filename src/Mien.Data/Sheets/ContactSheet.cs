using System.Globalization;

namespace Mien.Data;

/// <summary>
/// Draws a picture of a data set: a row a class with its name and number of images, then some of them drawn by lot.
/// Names are drawn with a font of the library's own, so they are there also where no font is installed. Thread-safe.
/// </summary>
internal static class ContactSheet
{
    private const int Gap = 2;
    private const int Margin = 8;
    private const int TextScale = 2;
    private const byte Paper = 255;
    private const byte Ink = 0;
    private const byte Faint = 110;

    // The widest name and the widest number that occur.
    private static readonly int LabelWidth = Expressions.Names.Max(n => PixelFont.Measure(n, TextScale)) + Margin;

    /// <summary>Draws the sheet.</summary>
    /// <param name="dataset">The images.</param>
    /// <param name="options">The layout; <c>null</c> for the defaults.</param>
    /// <returns>A picture that the caller owns; a class without images has an empty row.</returns>
    /// <exception cref="ArgumentException">
    /// An option is out of range, or the picture would be larger than 100 megapixels.
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

    /// <summary>Draws the sheet and writes it as a PNG file, which is replaced where it exists.</summary>
    /// <param name="dataset">The images.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">The layout; <c>null</c> for the defaults.</param>
    /// <exception cref="ArgumentException">See <see cref="Draw"/>.</exception>
    /// <exception cref="MienException"><c>cannotWrite</c>: the file cannot be written.</exception>
    public static void Write(FaceDataset dataset, string path, ContactSheetOptions? options = null) =>
        OutputFile.WriteBytes(path, Draw(dataset, options).EncodePng());

    /// <summary>Name and number, one above the other.</summary>
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
