using System.Buffers.Binary;
using System.Text;

namespace Mien.Training;

/// <summary>
/// Edits the symbol versions that a 64-bit little-endian ELF file requires (section <c>.gnu.version_r</c>; see the
/// Linux Standard Base, "Symbol Versioning", for the layout).
/// </summary>
internal static class ElfVersionNeeds
{
    private const uint SectionVersionNeeds = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 0x2; // VER_FLG_WEAK: the loader does not fail if the version is missing

    /// <summary>Marks the requirement of one version as weak, in place.</summary>
    /// <param name="image">The whole file.</param>
    /// <param name="version">The version, for example <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>Whether the file requires that version; if not, nothing was changed.</returns>
    public static bool MakeWeak(Span<byte> image, string version)
    {
        if (image.Length < 64 || !image[..6].SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            return false;
        }

        bool found = false;
        long sections = BinaryPrimitives.ReadInt64LittleEndian(image[0x28..]);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3a..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3c..]);
        for (int i = 0; i < count; i++)
        {
            Span<byte> section = image[checked((int)sections + (i * size))..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) != SectionVersionNeeds)
            {
                continue;
            }

            int link = BinaryPrimitives.ReadInt32LittleEndian(section[0x28..]);
            Span<byte> strings = image[
                checked(
                    (int)BinaryPrimitives.ReadInt64LittleEndian(image[checked((int)sections + (link * size) + 0x18)..])
                )..
            ];
            found |= MakeWeak(
                image[checked((int)BinaryPrimitives.ReadInt64LittleEndian(section[0x18..]))..],
                strings,
                Encoding.ASCII.GetBytes(version + '\0')
            );
        }

        return found;
    }

    private static bool MakeWeak(Span<byte> needs, ReadOnlySpan<byte> strings, ReadOnlySpan<byte> version)
    {
        bool found = false;
        for (int need = 0, step = -1; step != 0; need += step)
        {
            int entries = BinaryPrimitives.ReadUInt16LittleEndian(needs[(need + 2)..]);
            int entry = need + BinaryPrimitives.ReadInt32LittleEndian(needs[(need + 8)..]);
            for (int i = 0; i < entries; i++)
            {
                if (strings[BinaryPrimitives.ReadInt32LittleEndian(needs[(entry + 8)..])..].StartsWith(version))
                {
                    Span<byte> flags = needs[(entry + 4)..];
                    BinaryPrimitives.WriteUInt16LittleEndian(
                        flags,
                        (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | Weak)
                    );
                    found = true;
                }

                entry += BinaryPrimitives.ReadInt32LittleEndian(needs[(entry + 12)..]);
            }

            step = BinaryPrimitives.ReadInt32LittleEndian(needs[(need + 12)..]);
        }

        return found;
    }
}
