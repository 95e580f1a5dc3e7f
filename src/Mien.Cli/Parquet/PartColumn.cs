using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace Mien.Cli;

/// <summary>A column of a table of results in memory. Not thread-safe.</summary>
internal abstract class PartColumn(DataField dataField)
{
    public DataField Field => dataField;

    /// <summary>Adds a null.</summary>
    public abstract void AddNull();

    /// <summary>Adds a value of a column of the same type.</summary>
    public abstract void AddFrom(PartColumn other, int row);

    /// <summary>The value as predict's CSV has it, without quotes; empty for null.</summary>
    public abstract string Text(int row);

    public abstract void Clear();

    public abstract Task WriteAsync(ParquetRowGroupWriter group);

    /// <summary>Adds all rows of the column in a row group.</summary>
    public abstract ValueTask ReadAsync(ParquetRowGroupReader group);
}

/// <summary>A column of texts.</summary>
internal sealed class TextColumn(string name, bool isRequired = false)
    : PartColumn(new DataField(name, typeof(string), isNullable: !isRequired))
{
    private readonly List<string?> values = [];

    public string? this[int row] => values[row];

    public void Add(string? value) => values.Add(value);

    public override void AddNull() => values.Add(null);

    public override void AddFrom(PartColumn other, int row) => values.Add(((TextColumn)other)[row]);

    public override string Text(int row) => values[row] ?? "";

    public override void Clear() => values.Clear();

    public override Task WriteAsync(ParquetRowGroupWriter group) => group.WriteAsync(Field, values!);

    public override async ValueTask ReadAsync(ParquetRowGroupReader group)
    {
        string?[] read = new string?[group.RowCount];
        await group.ReadAsync(Field, read.AsMemory()!).ConfigureAwait(false);
        values.AddRange(read);
    }
}

/// <summary>A column of numbers or truth values.</summary>
/// <param name="name">The name of the column.</param>
/// <param name="text">Formats a value as predict's CSV does.</param>
/// <param name="isRequired">Whether no value is null.</param>
internal sealed class ValueColumn<T>(string name, Func<T, string> text, bool isRequired = false)
    : PartColumn(new DataField(name, typeof(T), isNullable: !isRequired))
    where T : struct
{
    private readonly List<T?> values = [];

    public T? this[int row] => values[row];

    public void Add(T? value) => values.Add(value);

    public override void AddNull() => values.Add(null);

    public override void AddFrom(PartColumn other, int row) => values.Add(((ValueColumn<T>)other)[row]);

    public override string Text(int row) => values[row] is { } value ? text(value) : "";

    public override void Clear() => values.Clear();

    public override Task WriteAsync(ParquetRowGroupWriter group) =>
        isRequired
            ? group.WriteAsync<T>(Field, values.Select(v => v!.Value).ToArray().AsMemory())
            : group.WriteAsync<T>(Field, values.ToArray().AsMemory());

    public override async ValueTask ReadAsync(ParquetRowGroupReader group)
    {
        if (isRequired)
        {
            var read = new T[group.RowCount];
            await group.ReadAsync<T>(Field, read.AsMemory()).ConfigureAwait(false);
            values.AddRange(read.Select(v => (T?)v));
        }
        else
        {
            var read = new T?[group.RowCount];
            await group.ReadAsync<T>(Field, read.AsMemory()).ConfigureAwait(false);
            values.AddRange(read);
        }
    }
}

/// <summary>Creates the columns of the types that results have.</summary>
internal static class PartColumns
{
    public static ValueColumn<bool> Truth(string name) => new(name, v => v ? "true" : "false");

    public static ValueColumn<int> Whole(string name, bool isRequired = false) =>
        new(name, v => v.ToString(CultureInfo.InvariantCulture), isRequired);

    /// <summary>A column of numbers that CSV has with all digits.</summary>
    public static ValueColumn<float> Exact(string name) =>
        new(name, v => v.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>A column of numbers that are rounded to some decimals.</summary>
    public static ValueColumn<float> Rounded(string name, int decimals) =>
        new(name, v => Math.Round((double)v, decimals).ToString(CultureInfo.InvariantCulture));
}
