using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Mien.CommandLine;

/// <summary>
/// Writes text that may reach a terminal, with control characters made visible (<see cref="TerminalText"/>). What the
/// program itself tells the terminal goes through <see cref="WriteControl"/>. As thread-safe as the writer inside.
/// </summary>
/// <param name="inner">Where it goes; stays open.</param>
/// <param name="escapes">Whether control characters are made visible now; else the text passes as it is.</param>
/// <param name="lineByLine">Whether a text that is written as a line is one, so that a line end in it is made visible
/// too.</param>
internal sealed class TerminalWriter(TextWriter inner, Func<bool> escapes, bool lineByLine)
    : TextWriter(inner.FormatProvider)
{
    public override Encoding Encoding => inner.Encoding;

    [AllowNull]
    public override string NewLine
    {
        get => inner.NewLine;
        set => inner.NewLine = value;
    }

    /// <summary>Writes what is meant for the terminal, such as a carriage return, and escaped texts.</summary>
    public void WriteControl(string text) => inner.Write(text);

    public override void Write(char value)
    {
        if (char.IsAsciiLetterOrDigit(value) || !escapes())
        {
            inner.Write(value);
        }
        else
        {
            Write(value.ToString());
        }
    }

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (escapes())
        {
            inner.Write(TerminalText.Escape(buffer.ToString(), keepLines: true));
        }
        else
        {
            inner.Write(buffer);
        }
    }

    public override void Write(string? value) =>
        inner.Write(value is not null && escapes() ? TerminalText.Escape(value, keepLines: true) : value);

    public override void WriteLine() => inner.WriteLine();

    public override void WriteLine(string? value) =>
        inner.WriteLine(value is not null && escapes() ? TerminalText.Escape(value, keepLines: !lineByLine) : value);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync() => inner.FlushAsync();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
}
