using System.Globalization;

namespace Mien.Data.Tests;

/// <summary>The parser reads four numbers at once; these tests compare it with reading one after the other.</summary>
public class PixelParserTests
{
    [Fact]
    public void Reads_every_combination_of_number_lengths()
    {
        var random = new Random(1);
        int[] smallest = [0, 10, 100];
        int[] limits = [10, 100, 256];
        for (int round = 0; round < 2000; round++)
        {
            byte[] expected =
            [
                .. Enumerable
                    .Range(0, random.Next(1, 40))
                    .Select(_ => random.Next(3))
                    .Select(l => (byte)random.Next(smallest[l], limits[l])),
            ];
            byte[] pixels = new byte[expected.Length];
            Assert.True(PixelParser.TryParse(MadeData.Utf8(MadeData.Text(expected)), pixels));
            Assert.Equal(expected, pixels);
        }
    }

    [Theory]
    [InlineData("256")]
    [InlineData("300")]
    [InlineData("999")]
    [InlineData("1000")]
    [InlineData("12345678901")]
    [InlineData("1234567890123456789")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("a")]
    [InlineData("1a")]
    [InlineData("a1")]
    [InlineData("/")]
    [InlineData(":")]
    [InlineData("²")]
    [InlineData("1,")]
    [InlineData("\u00011")]
    [InlineData("1\u00ff")]
    public void Rejects_an_invalid_pixel_at_every_position(string wrong)
    {
        byte[] pixels = new byte[40];
        for (int place = 0; place < pixels.Length; place++)
        {
            string[] values =
            [
                .. MadeData
                    .Pixels(place, pixels.Length)
                    .Select(p => p.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ];
            values[place] = wrong;
            byte[] field = MadeData.Utf8(string.Join(' ', values));
            Assert.False(PixelParser.TryParse(field, pixels));
            Assert.StartsWith(
                $"pixel {place + 1} is '{wrong.Replace('\u0001', '?')}', expected",
                PixelParser.Problem(field, pixels, 40, 1),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void Leaves_unusual_spacing_to_the_exact_parser()
    {
        byte[] expected = MadeData.Pixels(3, 40);
        string text = MadeData.Text(expected);
        for (int place = text.IndexOf(' ', StringComparison.Ordinal); place >= 0; place = text.IndexOf(' ', place + 1))
        {
            foreach (string gap in new[] { "  ", "\t", " \t " })
            {
                byte[] field = MadeData.Utf8(text[..place] + gap + text[(place + 1)..]);
                byte[] pixels = new byte[40];
                Assert.False(PixelParser.TryParse(field, pixels));
                Assert.Null(PixelParser.Problem(field, pixels, 40, 1));
                Assert.Equal(expected, pixels);
            }
        }
    }

    [Fact]
    public void Counts_missing_and_excess_numbers()
    {
        byte[] pixels = new byte[40];
        foreach (int count in new[] { 0, 1, 36, 39, 41, 44, 60 })
        {
            byte[] field = MadeData.Utf8(MadeData.Text(MadeData.Pixels(count, count)));
            Assert.False(PixelParser.TryParse(field, pixels));
            Assert.Equal(
                string.Create(CultureInfo.InvariantCulture, $"{count} pixels, expected 40 (8×5)"),
                PixelParser.Problem(field, pixels, 8, 5)
            );
        }
    }
}
