using Spectre.Console;

namespace Mien.CommandLine;

/// <summary>
/// A table for the console. Cells are plain text (brackets need no escape). Borders are ASCII if the console cannot
/// show Unicode, and cells are wrapped if it is narrow. Not thread-safe.
/// </summary>
internal sealed class ConsoleTable
{
    private readonly Table table = new() { Border = TableBorder.Rounded };
    private readonly List<bool> alignRight = [];

    /// <summary>Creates an empty table.</summary>
    /// <param name="title">A line above the table; <c>null</c> for none.</param>
    public ConsoleTable(string? title = null)
    {
        if (title is not null)
        {
            table.Title = new TableTitle(Markup.Escape(TerminalText.Escape(title)));
        }
    }

    /// <summary>Adds a left-aligned text column.</summary>
    /// <param name="header">The header; may be empty.</param>
    /// <param name="wrap">Whether long cells may be wrapped.</param>
    /// <returns>This table.</returns>
    public ConsoleTable Column(string header, bool wrap = true) => Add(header, right: false, wrap);

    /// <summary>Adds a right-aligned number column, which is never wrapped.</summary>
    /// <param name="header">The header; may be empty.</param>
    /// <returns>This table.</returns>
    public ConsoleTable Number(string header) => Add(header, right: true, wrap: false);

    /// <summary>Adds a row.</summary>
    /// <param name="cells">One text per column; missing cells at the end are empty.</param>
    /// <returns>This table.</returns>
    /// <exception cref="ArgumentException">There are more cells than columns.</exception>
    public ConsoleTable Row(params ReadOnlySpan<string> cells)
    {
        if (cells.Length > alignRight.Count)
        {
            throw new ArgumentException($"{cells.Length} cells for {alignRight.Count} columns.", nameof(cells));
        }

        var texts = new Text[alignRight.Count];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = new Text(i < cells.Length ? TerminalText.Escape(cells[i], keepLines: true) : "")
            {
                Justification = alignRight[i] ? Justify.Right : Justify.Left,
            };
        }

        table.AddRow(texts);
        return this;
    }

    /// <summary>Writes the table to the console's output.</summary>
    /// <param name="console">The console; determines the width and whether borders are ASCII.</param>
    public void WriteTo(CommandConsole console)
    {
        ArgumentNullException.ThrowIfNull(console);
        table.Border = console.Unicode ? TableBorder.Rounded : TableBorder.Ascii;
        console.Write(table);
    }

    private ConsoleTable Add(string header, bool right, bool wrap)
    {
        table.AddColumn(
            new TableColumn(new Text(TerminalText.Escape(header)))
            {
                Alignment = right ? Justify.Right : Justify.Left,
                NoWrap = !wrap,
            }
        );
        alignRight.Add(right);
        return this;
    }
}
