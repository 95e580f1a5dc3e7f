using Mien.CommandLine;
using Parquet;

namespace Mien.Cli;

/// <summary>Parquet parts, which can be merged to one Parquet or CSV file. Not thread-safe.</summary>
internal sealed class ParquetResultParts(IReadOnlyList<string> files) : ResultParts(files)
{
    /// <summary>The minimum number of rows of a row group in a merged file, but for the last one.</summary>
    private const int MinGroup = 100_000;

    private PartOrigin? origin;

    public override IReadOnlyList<string> Targets { get; } = [".parquet", ".csv"];

    public override void Read(string file, Func<MergedResult, bool> read) =>
        Read(
            file,
            onlyImages: true,
            rows =>
            {
                foreach (PartImage image in rows.Images())
                {
                    if (!read(new MergedResult(image.Path, image.IsError, rows.ErrorCode(image.Row))))
                    {
                        break;
                    }
                }
            }
        );

    public override void Write(Stream stream, string ending, bool isSafe, Action<int> report)
    {
        if (ending == ".csv")
        {
            WriteCsv(stream, isSafe, report);
        }
        else
        {
            PartTable.Wait(WriteAsync(stream, report));
        }
    }

    private PartOrigin Origin => origin ??= PartTable.Origin(Files[0]);

    private void Read(string file, bool onlyImages, Action<PartRows> read) =>
        PartTable.Read(
            file,
            onlyImages,
            rows =>
            {
                if (rows.Origin.Difference(Origin, Path.GetFileName(Files[0])) is { } difference)
                {
                    throw new UsageException(
                        $"{file}: cannot be merged: {difference}. Move the parts of one of them to another folder."
                    );
                }

                read(rows);
            }
        );

    private void WriteCsv(Stream stream, bool isSafe, Action<int> report)
    {
        using var writer = new StreamWriter(stream, OutputFile.Encoding, bufferSize: 64 * 1024, leaveOpen: true);
        writer.Write(CsvPredictionWriter.Header(Origin.Labels, Origin.Head is not null, isSafe) + "\n");
        for (int i = 0; i < Files.Count; i++)
        {
            Read(
                Files[i],
                onlyImages: false,
                rows =>
                {
                    for (int row = 0; row < rows.Count; row++)
                    {
                        writer.Write(rows.CsvLine(row, isSafe) + "\n");
                    }
                }
            );
            report(i + 1);
        }
    }

    private async Task WriteAsync(Stream stream, Action<int> report)
    {
        var group = new PartRows(Origin);
        ParquetWriter writer = await PartTable.OpenAsync(stream, group, shard: null).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            for (int i = 0; i < Files.Count; i++)
            {
                Read(Files[i], onlyImages: false, rows => group.AddFrom(rows, 0, rows.Count));
                if (group.Count >= MinGroup || (i == Files.Count - 1 && group.Count > 0))
                {
                    await group.WriteAsync(writer).ConfigureAwait(false);
                    group.Clear();
                }

                report(i + 1);
            }
        }
    }
}
