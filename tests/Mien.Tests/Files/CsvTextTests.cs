namespace Mien.Tests;

public sealed class CsvTextTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+a", "'+a")]
    [InlineData("-b", "'-b")]
    [InlineData("@c", "'@c")]
    [InlineData("\td", "'\td")]
    [InlineData("\re", "'\re")]
    [InlineData("\nf", "'\nf")]
    [InlineData("\uFF1Dg", "'\uFF1Dg")]
    [InlineData("'=h", "''=h")]
    [InlineData("''=i", "'''=i")]
    [InlineData("'j", "'j")]
    [InlineData("'", "'")]
    [InlineData("", "")]
    [InlineData("k=l", "k=l")]
    [InlineData("photos/=m.png", "photos/=m.png")]
    public void A_text_that_a_spreadsheet_would_run_gets_an_apostrophe_that_can_be_taken_away(string text, string safe)
    {
        Assert.Equal(safe, CsvText.Escape(text));
        Assert.Equal(text, CsvText.Unescape(safe));
    }

    [Fact]
    public void A_field_is_quoted_if_necessary_whether_escaped_or_not()
    {
        Assert.Equal("\"'=1,2\"", CsvText.Field("=1,2", isSafe: true));
        Assert.Equal("\"=1,2\"", CsvText.Field("=1,2", isSafe: false));
    }
}
