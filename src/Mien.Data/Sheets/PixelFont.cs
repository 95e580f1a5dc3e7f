using System.Collections.Frozen;

namespace Mien.Data;

/// <summary>
/// A font of 5×7 pixels drawn for this project, so that text appears in images even if no font is installed (Skia then
/// silently draws none). It has capitals, digits and a few signs; small letters are drawn as capitals, anything else as
/// a box.
/// </summary>
internal static class PixelFont
{
    /// <summary>Width of a letter in font pixels, without the gap.</summary>
    public const int GlyphWidth = 5;

    /// <summary>Height of a letter in font pixels.</summary>
    public const int GlyphHeight = 7;

    /// <summary>The distance from one letter to the next: the letter and a gap of one font pixel.</summary>
    public const int Advance = GlyphWidth + 1;

    private const char Missing = '\0';

    private static readonly (string Letters, string Rows)[] Drawing =
    [
        (
            "ABCDEFGHI",
            """
            .###. ####. .#### ####. ##### ##### .#### #...# .###.
            #...# #...# #.... #...# #.... #.... #.... #...# ..#..
            #...# #...# #.... #...# #.... #.... #.... #...# ..#..
            ##### ####. #.... #...# ####. ####. #..## ##### ..#..
            #...# #...# #.... #...# #.... #.... #...# #...# ..#..
            #...# #...# #.... #...# #.... #.... #...# #...# ..#..
            #...# ####. .#### ####. ##### #.... .#### #...# .###.
            """
        ),
        (
            "JKLMNOPQR",
            """
            ..### #...# #.... #...# #...# .###. ####. .###. ####.
            ...#. #..#. #.... ##.## ##..# #...# #...# #...# #...#
            ...#. #.#.. #.... #.#.# ##..# #...# #...# #...# #...#
            ...#. ##... #.... #.#.# #.#.# #...# ####. #...# ####.
            ...#. #.#.. #.... #...# #..## #...# #.... #.#.# #.#..
            #..#. #..#. #.... #...# #..## #...# #.... #..#. #..#.
            .##.. #...# ##### #...# #...# .###. #.... .##.# #...#
            """
        ),
        (
            "STUVWXYZ0",
            """
            .#### ##### #...# #...# #...# #...# #...# ##### .###.
            #.... ..#.. #...# #...# #...# #...# #...# ....# #...#
            #.... ..#.. #...# #...# #...# .#.#. .#.#. ...#. #..##
            .###. ..#.. #...# #...# #.#.# ..#.. ..#.. ..#.. #.#.#
            ....# ..#.. #...# .#.#. #.#.# .#.#. ..#.. .#... ##..#
            ....# ..#.. #...# .#.#. ##.## #...# ..#.. #.... #...#
            ####. ..#.. .###. ..#.. #...# #...# ..#.. ##### .###.
            """
        ),
        (
            "123456789",
            """
            ..#.. .###. ####. ...#. ##### ..##. ##### .###. .###.
            .##.. #...# ....# ..##. #.... .#... ....# #...# #...#
            ..#.. ....# ....# .#.#. #.... #.... ...#. #...# #...#
            ..#.. ...#. .###. #..#. ####. ####. ..#.. .###. .####
            ..#.. ..#.. ....# ##### ....# #...# .#... #...# ....#
            ..#.. .#... ....# ...#. ....# #...# .#... #...# ...#.
            .###. ##### ####. ...#. ####. .###. .#... .###. .##..
            """
        ),
        (
            ".,:()/-+%",
            """
            ..... ..... ..... ...#. .#... ....# ..... ..... ##..#
            ..... ..... ..#.. ..#.. ..#.. ....# ..... ..#.. ##..#
            ..... ..... ..#.. .#... ...#. ...#. ..... ..#.. ...#.
            ..... ..... ..... .#... ...#. ..#.. .###. ##### ..#..
            ..... ..... ..#.. .#... ...#. .#... ..... ..#.. .#...
            .##.. ..#.. ..#.. ..#.. ..#.. #.... ..... ..#.. #..##
            .##.. .#... ..... ...#. .#... #.... ..... ..... #..##
            """
        ),
        (
            "_ \0",
            """
            ..... ..... #####
            ..... ..... #...#
            ..... ..... #...#
            ..... ..... #...#
            ..... ..... #...#
            ..... ..... #...#
            ##### ..... #####
            """
        ),
    ];

    private static readonly FrozenDictionary<char, bool[]> Glyphs = Parse();

    /// <summary>Whether a letter is drawn as itself.</summary>
    public static bool Has(char letter) => letter != Missing && Glyphs.ContainsKey(char.ToUpperInvariant(letter));

    /// <summary>The width of a text in pixels at a scale.</summary>
    public static int Measure(string text, int scale) => text.Length == 0 ? 0 : ((text.Length * Advance) - 1) * scale;

    /// <summary>Draws one line of text; parts outside the image are clipped.</summary>
    /// <param name="target">The gray image to draw on.</param>
    /// <param name="text">The text.</param>
    /// <param name="left">The left edge of the first letter in pixels.</param>
    /// <param name="top">The upper edge in pixels.</param>
    /// <param name="scale">Image pixels per font pixel, 1 or more.</param>
    /// <param name="gray">The gray value of the text.</param>
    public static void Draw(GrayImage target, string text, int left, int top, int scale, byte gray)
    {
        for (int i = 0; i < text.Length; i++)
        {
            bool[] glyph = Glyphs.GetValueOrDefault(char.ToUpperInvariant(text[i])) ?? Glyphs[Missing];
            for (int y = 0; y < GlyphHeight * scale; y++)
            {
                for (int x = 0; x < GlyphWidth * scale; x++)
                {
                    int column = left + (i * Advance * scale) + x;
                    int row = top + y;
                    if (
                        glyph[(y / scale * GlyphWidth) + (x / scale)]
                        && (uint)column < target.Width
                        && (uint)row < target.Height
                    )
                    {
                        target.Pixels[(row * target.Width) + column] = gray;
                    }
                }
            }
        }
    }

    private static FrozenDictionary<char, bool[]> Parse()
    {
        var glyphs = new Dictionary<char, bool[]>();
        foreach ((string letters, string rows) in Drawing)
        {
            string[] lines = rows.ReplaceLineEndings("\n").Split('\n');
            for (int i = 0; i < letters.Length; i++)
            {
                bool[] glyph = new bool[GlyphWidth * GlyphHeight];
                for (int pixel = 0; pixel < glyph.Length; pixel++)
                {
                    glyph[pixel] = lines[pixel / GlyphWidth][(i * Advance) + (pixel % GlyphWidth)] == '#';
                }

                glyphs.Add(letters[i], glyph);
            }
        }

        return glyphs.ToFrozenDictionary();
    }
}
