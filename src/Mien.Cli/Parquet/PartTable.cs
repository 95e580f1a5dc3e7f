using System.IO.Compression;
using Mien.CommandLine;
using Parquet;
using Parquet.Schema;

namespace Mien.Cli;

/// <summary>
/// Reads and writes Parquet files of results. Parquet.Net has asynchronous methods only; they end at once on a stream
/// in memory and take no thread of their own on a file.
/// </summary>
internal static class PartTable
{
    /// <summary>DuckDB, pandas and Spark read zstd, which makes smaller files than Snappy.</summary>
    private static readonly ParquetOptions Options = new()
    {
        CompressionMethod = CompressionMethod.Zstd,
        CompressionLevel = CompressionLevel.Optimal,
    };

    /// <summary>Writes a part. Readers see the former part or the new one, also after a power failure.</summary>
    /// <param name="file">The file.</param>
    /// <param name="rows">The results.</param>
    /// <param name="shard">The shard that they belong to.</param>
    /// <param name="writer">
    /// A name that no other writer has, if several may write the part at the same time; otherwise <c>null</c>.
    /// </param>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public static void Write(string file, PartRows rows, string shard, string? writer = null)
    {
        using var table = new MemoryStream();
        Wait(WriteAsync(table, rows, shard));
        try
        {
            // Hidden, because Spark and pandas read every file of a folder whose name does not begin with a dot.
            using var part = PartFile.For(file, isHidden: true, writer: writer);
            using (OutputStream stream = part.Open())
            {
                stream.Write(table.GetBuffer().AsSpan(0, (int)table.Length));
                stream.Flush(flushToDisk: true);
            }

            part.Commit();
        }
        catch (Exception e) when (OutputFile.Error(file, e) is { } error)
        {
            throw error;
        }
    }

    /// <summary>Opens a file for row groups that are written one after another.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="rows">An empty table with the columns.</param>
    /// <param name="shard">The shard that the rows belong to; <c>null</c> for several.</param>
    public static async Task<ParquetWriter> OpenAsync(Stream stream, PartRows rows, string? shard)
    {
        ParquetWriter writer = await ParquetWriter.CreateAsync(rows.Schema, stream, Options).ConfigureAwait(false);
        writer.CustomMetadata = rows.Origin.ToMetadata(shard);
        return writer;
    }

    /// <summary>Reads what the results of a file have in common.</summary>
    /// <exception cref="UsageException">The file is torn or was not written by mien.</exception>
    public static PartOrigin Origin(string file) => Read(file, reader => Task.FromResult(OriginOf(file, reader)));

    /// <summary>Reads a file, one row group after another.</summary>
    /// <param name="file">The file.</param>
    /// <param name="onlyImages">Whether only <see cref="PartRows.Images"/> is needed.</param>
    /// <param name="read">Receives each row group; its rows are cleared afterwards.</param>
    /// <exception cref="UsageException">The file is torn or was not written by mien.</exception>
    public static void Read(string file, bool onlyImages, Action<PartRows> read) =>
        Read(
            file,
            async reader =>
            {
                var rows = new PartRows(OriginOf(file, reader));
                Check(file, reader.Schema, rows.Schema);
                for (int i = 0; i < reader.RowGroupCount; i++)
                {
                    using ParquetRowGroupReader group = reader.OpenRowGroupReader(i);
                    await (onlyImages ? rows.ReadImagesAsync(group) : rows.ReadAsync(group)).ConfigureAwait(false);
                    read(rows);
                    rows.Clear();
                }

                return true;
            }
        );

    private static UsageException Refuse(string file, string why, Exception? cause = null) =>
        new($"{file}: cannot be used as a part of Parquet results: {why}.", cause);

    /// <summary>Checks that a part has the same origin as the results of this run.</summary>
    /// <exception cref="UsageException">It has another one.</exception>
    public static void CheckOrigin(string file, PartOrigin found, PartOrigin expected)
    {
        if (found.Difference(expected, "this run") is { } difference)
        {
            throw Refuse(file, $"{difference}. Choose another folder");
        }
    }

    /// <summary>Waits for one of Parquet.Net's methods.</summary>
    public static void Wait(Task task) => task.GetAwaiter().GetResult();

    private static async Task WriteAsync(Stream stream, PartRows rows, string shard)
    {
        ParquetWriter writer = await OpenAsync(stream, rows, shard).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            await rows.WriteAsync(writer).ConfigureAwait(false);
        }
    }

    private static T Read<T>(string file, Func<ParquetReader, Task<T>> read)
    {
        try
        {
            return ReadAsync(file, read).GetAwaiter().GetResult();
        }
        catch (Exception e) when (IsOfSystem(e))
        {
            throw Refuse(file, $"it cannot be read ({e.Message.TrimEnd('.')}). Check the file and its disk", e);
        }
        catch (Exception e) when (e is not (MienException or OperationCanceledException or OutOfMemoryException))
        {
            // Parquet.Net has no exception of its own: a damaged file ends in any.
            throw Refuse(
                file,
                $"it is damaged or no Parquet file ({e.Message.TrimEnd('.')}). Delete it, so that --resume processes "
                    + $"its photos again, or choose another folder",
                e
            );
        }
    }

    /// <summary>Whether the system could not read a file. Parquet.Net's own errors have the general number.</summary>
    private static bool IsOfSystem(Exception e)
    {
        const int general = unchecked((int)0x80131620);
        return e is UnauthorizedAccessException
            || (e is IOException and not EndOfStreamException && e.HResult != general);
    }

    private static async Task<T> ReadAsync<T>(string file, Func<ParquetReader, Task<T>> read)
    {
        var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        await using (stream.ConfigureAwait(false))
        {
            ParquetReader reader = await ParquetReader.CreateAsync(stream).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                return await read(reader).ConfigureAwait(false);
            }
        }
    }

    private static PartOrigin OriginOf(string file, ParquetReader reader) =>
        PartOrigin.Parse(reader.CustomMetadata, out string? problem) ?? throw Refuse(file, problem!);

    private static void Check(string file, ParquetSchema found, ParquetSchema expected)
    {
        string shown = Columns(found),
            wanted = Columns(expected);
        if (shown != wanted)
        {
            throw Refuse(file, $"its columns are {shown}, expected {wanted}");
        }

        static string Columns(ParquetSchema schema) =>
            string.Join(", ", schema.DataFields.Select(f => $"{f.Name} {Type(f.ClrType)}{(f.IsNullable ? "?" : "")}"));
        static string Type(Type type) =>
            type == typeof(bool) ? "boolean"
            : type == typeof(int) ? "int"
            : type == typeof(float) ? "float"
            : type == typeof(string) || type == typeof(ReadOnlyMemory<char>) ? "text"
            : type.Name;
    }
}
