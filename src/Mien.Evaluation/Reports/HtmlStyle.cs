namespace Mien.Evaluation;

/// <summary>The style sheet of the pages: system fonts, light and dark, nothing from elsewhere.</summary>
internal static class HtmlStyle
{
    public static Markup Sheet { get; } = new(TextTemplate.Read(typeof(HtmlStyle), "Report.css"));
}
