namespace Mien.Cli;

/// <summary>
/// Selects the files of a shard while a folder is walked, so that photos of other shards cost no more than their names.
/// Folders that cannot be listed are errors in every shard: any of them may lack photos then.
/// </summary>
/// <param name="filter">Selects the files of all shards.</param>
/// <param name="shard">The shard.</param>
/// <param name="folder">The relative path of the current folder with a slash at its end; empty for the root.</param>
internal sealed class ShardFilter(IFolderFilter filter, Shard shard, string folder = "") : IFolderFilter
{
    public bool Takes(ReadOnlySpan<char> name, bool isHidden) =>
        filter.Takes(name, isHidden) && shard.Has(string.Concat(folder, name));

    public IFolderFilter? Enter(ReadOnlySpan<char> name, bool isHidden) =>
        filter.Enter(name, isHidden) is { } inside ? new ShardFilter(inside, shard, $"{folder}{name}/") : null;
}
