using System.Globalization;
using System.Reflection;
using System.Text;

namespace Mien.Evaluation;

/// <summary>
/// Texts for HTML reports and model cards, kept in a file inside the assembly. The line <c>&lt;!-- block: NAME
/// --&gt;</c> begins a block, <c>{{name}}</c> is replaced by a value, and <c>\</c> at the end of a line removes the
/// line break. A placeholder alone on its line is replaced by whole lines, or by none if its value is empty.
/// Thread-safe.
/// </summary>
/// <remarks>
/// It has no conditions or loops: the code chooses blocks and joins rows. A block, placeholder or value without a
/// counterpart throws, so a test that fills the block finds the mistake.
/// </remarks>
internal sealed class TextTemplate
{
    private const string Marker = "<!-- block: ";
    private const string MarkerEnd = " -->";

    private readonly Dictionary<string, List<Piece>> blocks = [];
    private readonly string name;
    private readonly bool html;

    /// <summary>Reads a template.</summary>
    /// <param name="name">The name in messages. If it ends with <c>.html</c>, values are escaped.</param>
    /// <param name="text">The content of the file.</param>
    /// <exception cref="FormatException">The text is not a valid template.</exception>
    public TextTemplate(string name, string text)
    {
        this.name = name;
        html = name.EndsWith(".html", StringComparison.Ordinal);
        string? block = null;
        var lines = new StringBuilder();
        foreach (string line in text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith(Marker, StringComparison.Ordinal) && line.EndsWith(MarkerEnd, StringComparison.Ordinal))
            {
                Add(block, lines);
                block = line[Marker.Length..^MarkerEnd.Length];
                lines.Clear();
            }
            else if (line.EndsWith('\\'))
            {
                lines.Append(line, 0, line.Length - 1);
            }
            else
            {
                lines.Append(line).Append('\n');
            }
        }

        Add(block, lines);
    }

    /// <summary>The names of the blocks.</summary>
    public IReadOnlyCollection<string> Blocks => blocks.Keys;

    /// <summary>Reads a template that is embedded in an assembly.</summary>
    /// <param name="owner">A type of the assembly.</param>
    /// <param name="file">The file's name.</param>
    public static TextTemplate Load(Type owner, string file) => new(file, Read(owner, file));

    /// <summary>Reads a file that is embedded in an assembly, with line feeds.</summary>
    /// <param name="owner">A type of the assembly.</param>
    /// <param name="file">The file's name.</param>
    /// <exception cref="InvalidOperationException">The assembly has no such file.</exception>
    public static string Read(Type owner, string file)
    {
        Assembly assembly = owner.Assembly;
        using Stream stream =
            assembly.GetManifestResourceStream("Templates/" + file)
            ?? throw new InvalidOperationException($"{assembly.GetName().Name} has no template {file}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>Fills a block with values.</summary>
    /// <param name="block">The name of the block.</param>
    /// <param name="values">
    /// One value for every placeholder: text, which is escaped for HTML, a number, or <see cref="Markup"/>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is no such block, a placeholder has no value, or a value has no placeholder.
    /// </exception>
    public Markup Fill(string block, params ReadOnlySpan<(string Name, object Value)> values)
    {
        if (!blocks.TryGetValue(block, out List<Piece>? pieces))
        {
            throw new ArgumentException($"{name} has no block '{block}'.", nameof(block));
        }

        var filled = new StringBuilder();
        var used = new HashSet<string>();
        foreach (Piece piece in pieces)
        {
            if (piece.Placeholder is not { } placeholder)
            {
                filled.Append(piece.Text);
                continue;
            }

            string value = Text(Find(block, placeholder, values));
            used.Add(placeholder);
            filled.Append(value);
            if (piece.WholeLine && value.Length > 0 && !value.EndsWith('\n'))
            {
                filled.Append('\n');
            }
        }

        foreach ((string value, _) in values)
        {
            if (!used.Contains(value))
            {
                throw new ArgumentException(
                    $"{name}, block '{block}': no placeholder {{{{{value}}}}}.",
                    nameof(values)
                );
            }
        }

        return new Markup(filled.ToString());
    }

    private object Find(string block, string placeholder, ReadOnlySpan<(string Name, object Value)> values)
    {
        foreach ((string value, object found) in values)
        {
            if (value == placeholder)
            {
                return found;
            }
        }

        throw new ArgumentException($"{name}, block '{block}': {{{{{placeholder}}}}} has no value.", nameof(values));
    }

    private string Text(object value) =>
        value switch
        {
            Markup markup => markup.Text,
            string text => html ? Html.Escape(text) : text,
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => throw new ArgumentException(
                $"{name}: a {value.GetType().Name} is not a supported value.",
                nameof(value)
            ),
        };

    private void Add(string? block, StringBuilder lines)
    {
        string text = lines.ToString();
        if (block is null)
        {
            if (text.Length > 0)
            {
                throw new FormatException($"{name} does not begin with a block.");
            }
        }
        else if (!blocks.TryAdd(block, Parse(block, text)))
        {
            throw new FormatException($"{name} has the block '{block}' twice.");
        }
    }

    private List<Piece> Parse(string block, string text)
    {
        var pieces = new List<Piece>();
        int at = 0;
        while (text.IndexOf("{{", at, StringComparison.Ordinal) is var open and >= 0)
        {
            int close = text.IndexOf("}}", open, StringComparison.Ordinal);
            string placeholder = close < 0 ? "" : text[(open + 2)..close];
            if (placeholder.Length == 0 || !placeholder.All(char.IsAsciiLetterOrDigit))
            {
                throw new FormatException(
                    $"{name}, block '{block}': a placeholder does not have the form {{{{name}}}}."
                );
            }

            int end = close + 2;
            bool wholeLine = (open == 0 || text[open - 1] == '\n') && end < text.Length && text[end] == '\n';
            pieces.Add(new Piece(text[at..open], null, false));
            pieces.Add(new Piece("", placeholder, wholeLine));
            at = end + (wholeLine ? 1 : 0);
        }

        pieces.Add(new Piece(text[at..], null, false));
        return pieces;
    }

    private readonly record struct Piece(string Text, string? Placeholder, bool WholeLine);
}
