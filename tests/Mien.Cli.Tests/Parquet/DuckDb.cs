using DuckDB.NET.Data;

namespace Mien.Cli.Tests;

/// <summary>Reads Parquet files with DuckDB.</summary>
internal static class DuckDb
{
    /// <summary>Gets the rows of a query; nulls are <c>null</c>.</summary>
    /// <param name="sql">The query; <c>{}</c> stands for all parts in a folder.</param>
    /// <param name="folder">The folder.</param>
    public static List<object?[]> Query(string sql, string folder)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql.Replace("{}", Table(folder), StringComparison.Ordinal);
        using DuckDBDataReader reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            rows.Add([
                .. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i)),
            ]);
        }

        return rows;
    }

    /// <summary>Gets the first column of a query as texts.</summary>
    public static string?[] Texts(string sql, string folder) => [.. Query(sql, folder).Select(r => r[0]?.ToString())];

    /// <summary>Checks that every photo has one result, in one part, with all its faces.</summary>
    /// <returns>The paths of the photos, in ordinal order.</returns>
    public static string[] AssertOnce(string folder)
    {
        List<object?[]> photos = Query(
            "SELECT path, count(*), max(faces), count(DISTINCT filename), count(DISTINCT coalesce(face, 0)) "
                + "FROM read_parquet('{}', filename = true) GROUP BY path",
            folder
        );
        Check.All(
            photos,
            p =>
            {
                long rows = Convert.ToInt64(p[1], null);
                Assert.True(rows == Math.Max(1, Convert.ToInt64(p[2], null)), $"{p[0]} has {rows} rows");
                Assert.Equal(1L, Convert.ToInt64(p[3], null));
                Assert.Equal(rows, Convert.ToInt64(p[4], null));
            }
        );
        return [.. photos.Select(p => (string)p[0]!).Order(StringComparer.Ordinal)];
    }

    private static string Table(string folder) =>
        Path.Combine(folder, "*.parquet").Replace("'", "''", StringComparison.Ordinal);
}
