namespace Mien.Lab;

/// <summary>Paths and names in commands that are shown for the user to give.</summary>
internal static class ShellText
{
    /// <summary>The text as a shell takes it for one argument.</summary>
    public static string Quoted(string text) => text.Contains(' ', StringComparison.Ordinal) ? $"\"{text}\"" : text;
}
