using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;

namespace Mien.Native;

/// <summary>Strings of C: UTF-8 that ends with a zero byte. Thread-safe.</summary>
internal static unsafe class NativeText
{
    /// <summary>Longer strings are taken for pointers to something else.</summary>
    public const int MaxLength = 1 << 16;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private static readonly ConcurrentDictionary<nint, byte> Lent = new();

    /// <summary>Reads a string.</summary>
    /// <exception cref="MienException"><c>nullPointer</c>, <c>badText</c>.</exception>
    public static string Read(byte* text, string name)
    {
        Argument.NotNull(text, name);
        int length = 0;
        while (text[length] != 0)
        {
            if (++length > MaxLength)
            {
                throw Argument.Bad("badText", $"'{name}' has more than {MaxLength} bytes, or no zero byte at its end.");
            }
        }

        try
        {
            return Strict.GetString(text, length);
        }
        catch (ArgumentException e)
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "badText",
                $"'{name}' is not UTF-8 ({e.Message}). Convert it to UTF-8.",
                e
            );
        }
    }

    /// <summary>Reads a string that may be null.</summary>
    public static string? ReadOptional(byte* text, string name) => text is null ? null : Read(text, name);

    /// <summary>
    /// Copies a string; <see cref="Free"/> frees it. A zero character would end it and becomes a space.
    /// </summary>
    public static byte* Allocate(string text)
    {
        string whole = text.Replace('\0', ' ');
        int length = Encoding.UTF8.GetByteCount(whole);
        byte* bytes = (byte*)NativeMemory.Alloc((nuint)length + 1);
        NativeObjects.Made();
        Encoding.UTF8.GetBytes(whole, new Span<byte>(bytes, length));
        bytes[length] = 0;
        return bytes;
    }

    /// <summary>Frees a string of <see cref="Allocate"/>; null does nothing.</summary>
    public static void Free(byte* text)
    {
        if (text is not null)
        {
            NativeMemory.Free(text);
            NativeObjects.Freed();
        }
    }

    /// <summary>Copies a string for a program, which gives it back with mien_free.</summary>
    public static byte* Lend(string text)
    {
        byte* copy = Allocate(text);
        Lent[(nint)copy] = 0;
        return copy;
    }

    /// <summary>
    /// Frees a string of <see cref="Lend"/>. What was not lent, or was given back before, is not touched.
    /// </summary>
    /// <exception cref="MienException"><c>badPointer</c>.</exception>
    public static void TakeBack(byte* text)
    {
        if (text is null)
        {
            return;
        }

        if (!Lent.TryRemove((nint)text, out _))
        {
            throw Argument.Bad(
                "badPointer",
                "mien_free got a pointer that is not a string of this library, or was freed before. Nothing was freed."
            );
        }

        Free(text);
    }
}
