namespace Mien.Lab;

/// <summary>Quotes paths and names in commands that are shown to the user.</summary>
internal static class ShellText
{
    /// <summary>The text as one shell argument: in quotes if it contains a space.</summary>
    public static string Quoted(string text) => text.Contains(' ', StringComparison.Ordinal) ? $"\"{text}\"" : text;
}
