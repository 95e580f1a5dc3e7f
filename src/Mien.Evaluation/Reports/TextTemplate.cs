using System.Globalization;
using System.Reflection;
using System.Text;

namespace Mien.Evaluation;

/// <summary>
/// Texts for pages and cards, kept in a file inside the assembly. The line <c>&lt;!-- block: NAME --&gt;</c> begins a
/// block, <c>{{name}}</c> stands for a value, and a line break after <c>\</c> is none. A placeholder alone on its line
/// stands for whole lines: none where its value is empty. Thread-safe.
/// </summary>
/// <remarks>
/// It cannot decide or repeat: the code chooses blocks and joins rows. A block, placeholder or value without a
/// counterpart is an exception, so a test that fills a block finds it.
/// </remarks>
internal sealed class TextTemplate
{
    private const string Marker = "<!-- block: ";
    private const string MarkerEnd = " -->";

    private readonly Dictionary<string, List<Piece>> blocks = [];
    private readonly string name;
    private readonly bool html;

    /// <summary>Reads a template.</summary>
    /// <param name="name">For messages; where it ends with <c>.html</c>, values are escaped.</param>
    /// <param name="text">The content of the file.</param>
    /// <exception cref="FormatException">The text breaks the form.</exception>
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

    /// <summary>Reads a template out of an assembly.</summary>
    /// <param name="owner">A type of the assembly.</param>
    /// <param name="file">The file's name.</param>
    public static TextTemplate Load(Type owner, string file) => new(file, Read(owner, file));

    /// <summary>A file inside an assembly, with line feeds.</summary>
    /// <param name="owner">A type of the assembly.</param>
    /// <param name="file">The file's name.</param>
    /// <exception cref="InvalidOperationException">The assembly holds no such file.</exception>
    public static string Read(Type owner, string file)
    {
        Assembly assembly = owner.Assembly;
        using Stream stream =
            assembly.GetManifestResourceStream("Templates/" + file)
            ?? throw new InvalidOperationException($"{assembly.GetName().Name} holds no template {file}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>A block with its values.</summary>
    /// <param name="block">The name of the block.</param>
    /// <param name="values">
    /// A value for every placeholder: text, which a page gets escaped, a number, or <see cref="Markup"/>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is no such block, a placeholder has no value, or a value no placeholder.
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
            _ => throw new ArgumentException($"{name}: a {value.GetType().Name} is no text.", nameof(value)),
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
                throw new FormatException($"{name}, block '{block}': a placeholder is no {{{{name}}}}.");
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
