using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mien.CommandLine;

/// <summary>
/// Makes characters visible that command a terminal instead of being shown: a file's name may hold escape codes that
/// clear the screen or retitle the window, line ends that fake a message, or marks that turn the direction of writing
/// around.
/// </summary>
internal static class TerminalText
{
    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\n\r\t");

    private static readonly SearchValues<char> Controls = SearchValues.Create(
        string.Concat(
            Enumerable
                .Range(0, 0xA0)
                .Select(c => (char)c)
                .Where(char.IsControl)
                .Concat("\u061C\u200E\u200F\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069")
        )
    );

    /// <summary>The text with <c>\u001b</c> for an escape character, <c>\n</c> for a line feed and so on.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="keepLines">Whether line ends and tabs stay, since the text is several lines.</param>
    public static string Escape(string text, bool keepLines = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.AsSpan().ContainsAny(Controls))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool isLineEnd = c != '\r' || (i + 1 < text.Length && text[i + 1] == '\n');
            if (!Controls.Contains(c) || (keepLines && LineEnds.Contains(c) && isLineEnd))
            {
                escaped.Append(c);
                continue;
            }

            escaped.Append(
                c switch
                {
                    '\n' => @"\n",
                    '\r' => @"\r",
                    '\t' => @"\t",
                    _ => string.Create(CultureInfo.InvariantCulture, $@"\u{(int)c:x4}"),
                }
            );
        }

        return escaped.ToString();
    }
}
