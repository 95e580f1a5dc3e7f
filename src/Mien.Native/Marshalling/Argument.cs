using System.Text;

namespace Mien.Native;

/// <summary>Checks arguments and makes the errors for wrong ones.</summary>
internal static unsafe class Argument
{
    /// <exception cref="MienException"><c>nullPointer</c>.</exception>
    public static void NotNull(void* pointer, string name)
    {
        if (pointer is null)
        {
            throw Bad("nullPointer", $"The argument '{HeaderName(name)}' is NULL. Pass a valid pointer.");
        }
    }

    /// <summary>Gets the value of an enum whose numbers the header defines as constants.</summary>
    /// <exception cref="MienException"><c>badOption</c>: there is no such value.</exception>
    public static T Choice<T>(int value, string name)
        where T : struct, Enum
    {
        var choice = (T)Enum.ToObject(typeof(T), value);
        return Enum.IsDefined(choice)
            ? choice
            : throw BadOption(
                name,
                value,
                $"0 to {Enum.GetNames<T>().Length - 1} ({string.Join(", ", Enum.GetNames<T>())})"
            );
    }

    public static MienException BadOption(string name, object value, string expected) =>
        Bad("badOption", FormattableString.Invariant($"'{name}' is {value}, expected {expected}."));

    public static MienException Bad(string code, string message) => new(ErrorKind.BadUsage, code, message);

    public static MienException TooLarge(string message) =>
        new(ErrorKind.BadInput, "tooLarge", $"{message} Make it smaller, or raise the limit in the options.");

    /// <summary>Gets the name in the header of a type or field, such as <c>max_faces</c> for MaxFaces.</summary>
    public static string HeaderName(string name)
    {
        var text = new StringBuilder();
        foreach (char c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
