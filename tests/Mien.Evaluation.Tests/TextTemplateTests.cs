namespace Mien.Evaluation.Tests;

public class TextTemplateTests
{
    private const string Text = """
        <!-- block: hello -->
        Hello {{name}}, \
        you are {{age}}.
        {{more}}
        End
        <!-- block: cell -->
        | {{name}} \
        """;

    [Fact]
    public void Placeholders_are_filled_and_a_trailing_backslash_joins_lines() =>
        Assert.Equal(
            "Hello Ada, you are 36.\nEnd\n",
            Fill("a.md", "hello", ("name", "Ada"), ("age", 36), ("more", ""))
        );

    [Theory]
    [InlineData("one", "one\nEnd\n")]
    [InlineData("one\ntwo\n", "one\ntwo\nEnd\n")]
    [InlineData("", "End\n")]
    [InlineData("{{age}}", "{{age}}\nEnd\n")] // a value is not parsed as a template
    public void A_placeholder_alone_on_its_line_is_replaced_by_whole_lines(string more, string end) =>
        Assert.EndsWith(
            "36.\n" + end,
            Fill("a.md", "hello", ("name", "Ada"), ("age", 36), ("more", more)),
            StringComparison.Ordinal
        );

    [Fact]
    public void Text_is_escaped_in_HTML_and_markup_is_not()
    {
        Assert.Equal("| &lt;b&gt; ", Fill("a.html", "cell", ("name", "<b>")));
        Assert.Equal("| <b> ", Fill("a.html", "cell", ("name", new Markup("<b>"))));
        Assert.Equal("| <b> ", Fill("a.md", "cell", ("name", "<b>")));
        Assert.Equal("| 1.5 ", Fill("a.html", "cell", ("name", 1.5)));
    }

    [Fact]
    public void A_name_without_a_counterpart_is_an_error()
    {
        Assert.Contains("no block 'bye'", Error("bye"), StringComparison.Ordinal);
        Assert.Contains("block 'cell': {{name}} has no value", Error("cell"), StringComparison.Ordinal);
        Assert.Contains(
            "block 'cell': no placeholder {{age}}",
            Error("cell", ("name", "Ada"), ("age", 36)),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "a Object is not a supported value",
            Error("cell", ("name", new object())),
            StringComparison.Ordinal
        );

        static string Error(string block, params (string, object)[] values) =>
            Assert.Throws<ArgumentException>(() => Fill("a.md", block, values)).Message;
    }

    [Theory]
    [InlineData("text before", "a.md does not begin with a block.")]
    [InlineData("<!-- block: a -->\n<!-- block: a -->\n", "a.md has the block 'a' twice.")]
    [InlineData("<!-- block: a -->\n{{open", "a.md, block 'a': a placeholder does not have the form {{name}}.")]
    [InlineData("<!-- block: a -->\n{{}}", "a.md, block 'a': a placeholder does not have the form {{name}}.")]
    [InlineData("<!-- block: a -->\n{{ spaced }}", "a.md, block 'a': a placeholder does not have the form {{name}}.")]
    public void A_malformed_file_is_rejected(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => new TextTemplate("a.md", text)).Message);

    [Fact]
    public void Templates_are_embedded_in_the_assembly()
    {
        Assert.Contains("page", TextTemplate.Load(typeof(TextTemplate), "HtmlReport.html").Blocks);
        Assert.Contains(
            "no template none.md",
            Assert.Throws<InvalidOperationException>(() => TextTemplate.Read(typeof(TextTemplate), "none.md")).Message,
            StringComparison.Ordinal
        );
    }

    private static string Fill(string name, string block, params (string, object)[] values) =>
        new TextTemplate(name, Text).Fill(block, values).Text;
}
