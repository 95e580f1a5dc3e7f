namespace Mien.Data;

/// <summary>How labelled data spells the seven expressions, in English, German, French and Spanish.</summary>
internal static class LabelSpellings
{
    // In the order of Expression; several are spelled with and without accents.
    private static readonly string[] ByExpression =
    [
        "angry mad furious rage wut wütend wuetend ärger aerger verärgert veraergert zorn zornig colère "
            + "colere fâché fache furieux ira enojo enojado enfado enfadado rabia",
        "disgusted disgusting ekel angeekelt angewidert abscheu dégoût degout dégoûté degoute asco "
            + "asqueado disgusto repugnancia",
        "fearful afraid scared angst ängstlich aengstlich furcht verängstigt veraengstigt peur effrayé "
            + "effraye apeuré apeure miedo temor asustado",
        "happy joy joyful smile smiling freude fröhlich froehlich glücklich gluecklich glück glueck joie "
            + "heureux heureuse bonheur joyeux feliz felicidad alegría alegria alegre contento",
        "sad unhappy traurig traurigkeit trauer triste tristesse tristeza",
        "surprised astonished überraschung ueberraschung überrascht ueberrascht erstaunt étonné etonne "
            + "surpris sorpresa sorprendido",
        "neutrality neutre neutralité neutralite neutro neutralidad",
    ];

    /// <summary>All spellings other than the names themselves.</summary>
    public static IEnumerable<(string Spelling, Expression Expression)> All =>
        ByExpression.SelectMany((words, i) => words.Split(' ').Select(w => (w, (Expression)i)));
}
