using System.Security.Cryptography;

namespace Mien.Adaptation;

/// <summary>
/// Collects which faces belong together: those of a person or a group, and identical ones. Not thread-safe.
/// </summary>
internal sealed class FaceGroups
{
    private readonly List<int> parents = [];
    private readonly Dictionary<string, int> named = new(StringComparer.Ordinal);
    private readonly Dictionary<UInt128, int> crops = [];

    private bool isAnyUnknown;
    private bool isAnyGroup;

    /// <summary>The number of faces that are identical to an earlier one.</summary>
    public int Identical { get; private set; }

    /// <summary>What is known of all faces.</summary>
    public AdaptationGroupKind Kind =>
        isAnyUnknown || parents.Count == 0 ? AdaptationGroupKind.Picture
        : isAnyGroup ? AdaptationGroupKind.Group
        : AdaptationGroupKind.Person;

    /// <summary>Adds the next face.</summary>
    /// <param name="face">The face.</param>
    /// <param name="crop">Its crop, by which identical faces are found.</param>
    public void Add(LabelledFace face, ReadOnlySpan<byte> crop)
    {
        int index = parents.Count;
        parents.Add(index);

        // A person and a group of one name are different things.
        string? name =
            face.Person is not null ? "person " + face.Person
            : face.Group is not null ? "group " + face.Group
            : null;
        isAnyUnknown |= name is null;
        isAnyGroup |= face.Person is null && face.Group is not null;
        if (name is not null && !named.TryAdd(name, index))
        {
            Join(index, named[name]);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(crop, hash);
        UInt128 key = System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
        if (!crops.TryAdd(key, index))
        {
            Identical++;
            Join(index, crops[key]);
        }
    }

    /// <summary>The number of the group of each face, from 0 in the order of their first faces.</summary>
    public int[] ToArray()
    {
        int[] groups = new int[parents.Count];
        var numbers = new Dictionary<int, int>();
        for (int i = 0; i < groups.Length; i++)
        {
            int root = Root(i);
            numbers.TryAdd(root, numbers.Count);
            groups[i] = numbers[root];
        }

        return groups;
    }

    private void Join(int a, int b)
    {
        int first = Root(a);
        int second = Root(b);
        parents[Math.Max(first, second)] = Math.Min(first, second);
    }

    private int Root(int index)
    {
        while (parents[index] != index)
        {
            parents[index] = parents[parents[index]];
            index = parents[index];
        }

        return index;
    }
}
