using System.Text;

namespace Mien.Tests;

/// <summary>Reading of the CSV and JSON Lines files that Mien writes.</summary>
public sealed class RecordReaderTests
{
    [Fact]
    public void Fields_with_any_content_survive_a_round_trip()
    {
        string[][] rows =
        [
            ["a", "b,c", "say \"cheese\""],
            ["", "\"", "\"\""],
            ["two\nlines", "cr\rlf\r\n", " spaced "],
            ["größe/顔.png", "\",\"", "x\"y"],
        ];
        string text = string.Concat(rows.Select(r => CsvText.Line(r)));
        List<(List<string> Fields, long Line, string Text, bool Whole)> read = Read(text, isCsv: true);

        Assert.Equal(rows.Select(r => string.Join('|', r)), read.Select(r => string.Join('|', r.Fields)));
        Assert.Equal([1, 2, 3, 6], read.Select(r => r.Line));
        Assert.Equal(text, string.Concat(read.Select(r => r.Text + "\n")));
        Check.All(read, r => Assert.True(r.Whole));
    }

    [Fact]
    public void Only_fields_that_need_quotes_get_them()
    {
        Assert.Equal("a b,\"c,d\",\"e\"\"f\",\"g\nh\",\n", CsvText.Line("a b", "c,d", "e\"f", "g\nh", ""));
    }

    [Theory]
    [InlineData("a,b\r\nc,d\r\n", "a|b;c|d")]
    [InlineData("a,b\nc", "a|b;c")]
    [InlineData("a\"b,c\nd", "a\"b|c;d")] // a quote inside a field is an ordinary character
    [InlineData("\"a\"b,c\n", "ab|c")]
    [InlineData("\n\na\n", ";;a")]
    [InlineData("", "")]
    public void Foreign_csv_is_read(string text, string expected) =>
        Assert.Equal(expected, string.Join(';', Read(text, isCsv: true).Select(r => string.Join('|', r.Fields))));

    [Fact]
    public void The_position_of_a_truncation_is_reported()
    {
        const string Csv = "a,b\n\"x\ny\",z\n\"torn\n";
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(Csv));
        var reader = new RecordReader(stream, isCsv: true);

        Assert.True(reader.Read());
        Assert.Equal((0, 4), (reader.Start, reader.End));
        Assert.True(reader.Read());
        Assert.Equal((4, 12), (reader.Start, reader.End));
        Assert.True(reader.Read());
        Assert.Equal((12, Csv.Length), (reader.Start, reader.End));
        Assert.Equal((false, true, false), (reader.IsWhole, reader.IsUnterminated, reader.IsTooLong));
        Assert.False(reader.Read());
    }

    [Fact]
    public void Json_lines_end_at_every_line_feed_and_may_be_long()
    {
        string large = $"{{\"a\":\"{new string('x', 300_000)}\"}}";
        List<(List<string> Fields, long Line, string Text, bool Whole)> read = Read(
            $"{large}\n\"a,b\n{large}",
            isCsv: false
        );

        Assert.Equal([large, "\"a,b", large], read.Select(r => r.Text));
        Assert.Equal([true, true, false], read.Select(r => r.Whole));
    }

    [Fact]
    public void A_record_without_end_is_not_loaded_completely()
    {
        using var stream = new MemoryStream(new byte[1_000_000]);
        var reader = new RecordReader(stream, isCsv: true, longest: 1000);

        Assert.True(reader.Read());
        Assert.Equal((true, false, 1000), (reader.IsTooLong, reader.IsWhole, reader.Bytes.Length));
        Assert.True(stream.Position < 10_000);
    }

    private static List<(List<string> Fields, long Line, string Text, bool Whole)> Read(string text, bool isCsv)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var reader = new RecordReader(stream, isCsv);
        var records = new List<(List<string>, long, string, bool)>();
        while (reader.Read())
        {
            records.Add((reader.Fields(), reader.Line, reader.Text, reader.IsWhole));
        }

        return records;
    }
}
