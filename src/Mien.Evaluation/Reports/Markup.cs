namespace Mien.Evaluation;

/// <summary>Text in the language of a page or a card, which is put there as it is.</summary>
/// <param name="Text">HTML or Markdown.</param>
internal readonly record struct Markup(string Text)
{
    /// <summary>One after the other.</summary>
    public static Markup Join(IEnumerable<Markup> parts) => new(string.Concat(parts.Select(p => p.Text)));

    public override string ToString() => Text;
}
