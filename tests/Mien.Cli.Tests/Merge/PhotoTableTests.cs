using System.Globalization;

namespace Mien.Cli.Tests;

/// <summary>The table of photos by the hash of their names, and the root of paths.</summary>
public sealed class PhotoTableTests
{
    [Fact]
    public void Values_are_found_among_many_and_the_memory_per_photo_is_bounded()
    {
        const int Count = 200_000;
        var table = new PhotoTable();
        for (int i = 0; i < Count; i++)
        {
            Assert.True(table.Set(Name(i), i % 3 == 0 ? PhotoTable.NoResult : i));
        }

        for (int i = 0; i < Count; i += 7)
        {
            Assert.True(table.TryGet(Name(i), out int value));
            Assert.Equal(i % 3 == 0 ? PhotoTable.NoResult : i, value);
            Assert.False(table.Set(Name(i), 5));
            Assert.True(table.TryGet(Name(i), out value) && value == 5);
        }

        Assert.False(table.Contains(Name(Count)));
        Assert.False(table.TryGet("", out _));
        Assert.Equal(Count, table.Count);

        // 16 bytes per slot, at least three eighths of them used: what stays, without the names themselves.
        Assert.Equal(524_288, table.Slots);

        static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"folder {i % 31}/photo-{i}.jpg");
    }

    [Fact]
    public void The_root_is_what_most_paths_have_in_front_of_the_name_of_a_photo()
    {
        HashSet<string> photos = ["a/1.jpg", "a/2.jpg", "1.jpg", "b/p/3.jpg"];
        Assert.Equal(
            "/mnt/x/",
            ResultRoot.Find(["/mnt/x/a/1.jpg", "/mnt/x/a/2.jpg", "/z/1.jpg"], photos.Contains)?.Root
        );
        Assert.Equal("", ResultRoot.Find(["a/1.jpg"], photos.Contains)?.Root);
        Assert.Equal("p/", ResultRoot.Find(["p/1.jpg", "p/b/p/3.jpg"], photos.Contains)?.Root);
        Assert.Null(ResultRoot.Find(["/mnt/x/9.jpg", "a/"], photos.Contains));
        Assert.Null(ResultRoot.Find([], photos.Contains));
    }

    [Theory]
    [InlineData("part-0003-of-0100-000007.parquet", "0003-of-0100", 7)]
    [InlineData("part-00003-of-12345-1000000.parquet", "00003-of-12345", 1_000_000)]
    [InlineData("part-0003-of-0100-7.parquet", null, 0)]
    [InlineData("part-0003-of-0100-000007.PARQUET", null, 0)]
    [InlineData("x-part-0003-of-0100-000007.parquet", null, 0)]
    [InlineData("part-0003-of-0100-000007.parquet.part", null, 0)]
    public void The_names_of_parts_are_parsed(string file, string? shard, int number)
    {
        PartName? name = PartName.Parse(file);
        Assert.Equal(shard, name?.Shard);
        Assert.Equal(number, name?.Number ?? 0);
        Assert.True(name is null || name.Value.File == file);
    }

    [Theory]
    [InlineData("faces-0003-of-0100.csv", 3, 100)]
    [InlineData("part-0099-of-0100-000001.parquet", 99, 100)]
    [InlineData(".mien-lock-0001-of-0002", 1, 2)]
    [InlineData("0100-of-0100.csv", -1, 0)]
    [InlineData("3-of-10.csv", -1, 0)]
    [InlineData("all.csv", -1, 0)]
    public void The_shard_of_a_file_is_in_its_name(string file, int index, int count) =>
        Assert.Equal(index < 0 ? null : new Shard(index, count), PartName.ShardOf(file));
}
