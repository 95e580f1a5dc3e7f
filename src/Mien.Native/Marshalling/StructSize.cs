namespace Mien.Native;

/// <summary>
/// Copies structs from and to programs that may be older or newer than this library. All of them begin with their size
/// in bytes (uint32), and new fields only go to the end.
/// </summary>
internal static unsafe class StructSize
{
    /// <summary>No struct grows to this size; a larger one is an uninitialised field.</summary>
    public const uint MaxSize = 4096;

    /// <summary>
    /// Copies a struct of a program. Fields that an older program does not have keep their default; fields of a newer
    /// one that this library does not have must be 0.
    /// </summary>
    /// <exception cref="MienException"><c>badStructSize</c>, <c>unknownOptions</c>.</exception>
    public static T Read<T>(T* given, uint minSize, T defaults)
        where T : unmanaged
    {
        uint size = *(uint*)given;
        CheckSize<T>(size, minSize);
        byte* bytes = (byte*)given;
        for (uint i = (uint)sizeof(T); i < size; i++)
        {
            if (bytes[i] != 0)
            {
                throw Argument.Bad(
                    "unknownOptions",
                    $"The program sets an option that this library does not have: byte {i} of {size} is not 0, and "
                        + $"this library knows {sizeof(T)}. Leave the newer options 0, or use a newer libmien."
                );
            }
        }

        T read = defaults;
        Buffer.MemoryCopy(given, &read, sizeof(T), Math.Min(size, (uint)sizeof(T)));
        return read;
    }

    /// <summary>
    /// Fills a struct of a program: its size field with its size, and what the library does not know with 0.
    /// </summary>
    /// <exception cref="MienException"><c>nullPointer</c>, <c>badStructSize</c>.</exception>
    public static void Write<T>(T* target, uint size, uint minSize, T value)
        where T : unmanaged
    {
        Argument.NotNull(target, "options");
        CheckSize<T>(size, minSize);
        new Span<byte>(target, (int)size).Clear();
        Buffer.MemoryCopy(&value, target, size, Math.Min(size, (uint)sizeof(T)));
        *(uint*)target = size;
    }

    private static void CheckSize<T>(uint size, uint minSize)
        where T : unmanaged
    {
        if (size < minSize || size > MaxSize)
        {
            throw Argument.Bad(
                "badStructSize",
                $"The struct's size is {size}, expected sizeof of {Argument.HeaderName(typeof(T).Name)}: {minSize} or "
                    + $"more, here {sizeof(T)}. Set the size field before the call."
            );
        }
    }
}
