namespace Mien.Evaluation;

/// <summary>The style sheet of the HTML report: system fonts, light and dark mode, no external resource.</summary>
internal static class HtmlStyle
{
    public static Markup Sheet { get; } = new(TextTemplate.Read(typeof(HtmlStyle), "Report.css"));
}
