namespace Mien.Cli;

/// <summary>
/// A list that grows by blocks of fixed size, so that no large array is copied or half empty. Not thread-safe.
/// </summary>
/// <typeparam name="T">The type of the items.</typeparam>
internal sealed class ChunkedList<T>
    where T : unmanaged
{
    private const int ChunkItems = 1 << 12;

    private readonly List<T[]> chunks = [];

    /// <summary>The number of items.</summary>
    public int Count { get; private set; }

    /// <summary>The number of items for which there is memory.</summary>
    public long Capacity => (long)chunks.Count * ChunkItems;

    /// <summary>An item, which can be changed.</summary>
    public ref T this[int index] => ref chunks[index / ChunkItems][index % ChunkItems];

    /// <summary>Adds an item.</summary>
    public void Add(T item)
    {
        if (Count == Capacity)
        {
            chunks.Add(new T[ChunkItems]);
        }

        this[Count] = item;
        Count++;
    }
}
