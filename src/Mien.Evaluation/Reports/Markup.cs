namespace Mien.Evaluation;

/// <summary>Text that is already HTML or Markdown and is inserted without escaping.</summary>
/// <param name="Text">HTML or Markdown.</param>
internal readonly record struct Markup(string Text)
{
    /// <summary>Concatenates parts.</summary>
    public static Markup Join(IEnumerable<Markup> parts) => new(string.Concat(parts.Select(p => p.Text)));

    public override string ToString() => Text;
}
