using Parquet;
using Parquet.Schema;

namespace Mien.Cli;

/// <summary>
/// Results as a table in memory, with the columns that predict's CSV has: one row per face, and one for an image
/// without a face or with an error. docs/parquet.md describes them. Not thread-safe.
/// </summary>
internal sealed class PartRows
{
    private readonly TextColumn path = new("path", isRequired: true);
    private readonly TextColumn status = new("status", isRequired: true);
    private readonly ValueColumn<bool> isFaceCrop = PartColumns.Truth("isFaceCrop");
    private readonly ValueColumn<int> imageWidth = PartColumns.Whole("imageWidth");
    private readonly ValueColumn<int> imageHeight = PartColumns.Whole("imageHeight");
    private readonly ValueColumn<int> faces = PartColumns.Whole("faces", isRequired: true);
    private readonly ValueColumn<int> face = PartColumns.Whole("face");
    private readonly ValueColumn<float> boxX = PartColumns.Rounded("boxX", 2);
    private readonly ValueColumn<float> boxY = PartColumns.Rounded("boxY", 2);
    private readonly ValueColumn<float> boxWidth = PartColumns.Rounded("boxWidth", 2);
    private readonly ValueColumn<float> boxHeight = PartColumns.Rounded("boxHeight", 2);
    private readonly ValueColumn<float> roll = PartColumns.Rounded("roll", 2);
    private readonly ValueColumn<float> detectionScore = PartColumns.Exact("detectionScore");
    private readonly TextColumn label = new("label");
    private readonly ValueColumn<float> confidence = PartColumns.Exact("confidence");
    private readonly ValueColumn<bool> uncertain = PartColumns.Truth("uncertain");
    private readonly ValueColumn<float>[] scores;
    private readonly TextColumn error = new("error");
    private readonly TextColumn model = new("model", isRequired: true);
    private readonly TextColumn expression = new("expression");
    private readonly TextColumn uncertainReason = new("uncertainReason");
    private readonly ValueColumn<float> size = PartColumns.Rounded("size", 2);
    private readonly ValueColumn<float> sharpness = PartColumns.Rounded("sharpness", 4);
    private readonly ValueColumn<float> contrast = PartColumns.Rounded("contrast", 2);
    private readonly ValueColumn<bool> touchesEdge = PartColumns.Truth("touchesEdge");
    private readonly ValueColumn<float> yaw = PartColumns.Rounded("yaw", 2);
    private readonly TextColumn? head;

    private readonly PartColumn[] all;

    /// <summary>The columns of a face and after it, but for those that every row has.</summary>
    private readonly PartColumn[] ofFace;

    /// <summary>Creates an empty table.</summary>
    public PartRows(PartOrigin origin)
    {
        Origin = origin;
        head = origin.Head is null ? null : new TextColumn(FaceCsv.HeadColumn);
        PartColumn[] image = [path, status, isFaceCrop, imageWidth, imageHeight, faces, face];
        PartColumn[] found = [boxX, boxY, boxWidth, boxHeight, roll, detectionScore, label, confidence, uncertain];
        PartColumn[] behind = [expression, uncertainReason, size, sharpness, contrast, touchesEdge, yaw];
        PartColumn[] last = head is null ? [] : [head];
        var taken = new HashSet<string>(
            image.Concat(found).Concat(behind).Concat([error, model]).Select(c => c.Field.Name),
            StringComparer.OrdinalIgnoreCase
        )
        {
            FaceCsv.HeadColumn,
        };
        scores = [.. origin.Labels.Select(l => PartColumns.Exact(Unique(l, taken)))];
        all = [.. image, .. found, .. scores, error, model, .. behind, .. last];
        ofFace = [face, .. found, .. scores, .. behind];
        Schema = new ParquetSchema(all.Select(c => c.Field));
    }

    public PartOrigin Origin { get; }

    public ParquetSchema Schema { get; }

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>Adds the rows of a result.</summary>
    public void Add(RecognitionResult result)
    {
        for (int i = 0; i < Math.Max(result.Faces.Count, 1); i++)
        {
            Count++;
            path.Add(result.Name ?? "");
            status.Add(result.Status.Name());
            bool isRead = result.Error is null;
            isFaceCrop.Add(isRead ? result.IsFaceCrop : null);
            imageWidth.Add(isRead ? result.Width : null);
            imageHeight.Add(isRead ? result.Height : null);
            faces.Add(result.Faces.Count);
            error.Add(result.Error is { } e ? $"{e.Code}: {e.Message}" : null);
            model.Add(Origin.Model);
            head?.Add(result.Head);
            if (result.Faces.Count > 0)
            {
                Add(i + 1, result.Faces[i]);
                continue;
            }

            foreach (PartColumn column in ofFace)
            {
                column.AddNull();
            }
        }
    }

    /// <summary>Adds rows of a table with the same columns.</summary>
    public void AddFrom(PartRows other, int row, int count = 1)
    {
        for (int i = row; i < row + count; i++)
        {
            Count++;
            for (int c = 0; c < all.Length; c++)
            {
                all[c].AddFrom(other.all[c], i);
            }
        }
    }

    /// <summary>The images in the order of the rows.</summary>
    public IEnumerable<PartImage> Images()
    {
        for (int row = 0; row < Count; )
        {
            int count = Math.Max(faces[row]!.Value, 1);
            if (face[row] is > 1 || row + count > Count)
            {
                throw new InvalidDataException($"the rows of '{path[row]}' are not all there");
            }

            yield return new PartImage(path[row]!, status[row] == RecognitionStatus.Error.Name(), row, count);
            row += count;
        }
    }

    /// <summary>The code of the error of a row; <c>null</c> if it has none.</summary>
    public string? ErrorCode(int row) => error[row]?.Split(':')[0];

    /// <summary>A row as a line of predict's CSV, without a line end.</summary>
    /// <param name="row">The row.</param>
    /// <param name="isSafe">Whether to escape texts that a spreadsheet would run as formulas.</param>
    public string CsvLine(int row, bool isSafe) =>
        string.Join(',', all.Select(c => c is TextColumn ? CsvText.Field(c.Text(row), isSafe) : c.Text(row)));

    public void Clear()
    {
        Count = 0;
        foreach (PartColumn column in all)
        {
            column.Clear();
        }
    }

    /// <summary>Writes all rows as a row group.</summary>
    public async Task WriteAsync(ParquetWriter writer)
    {
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        foreach (PartColumn column in all)
        {
            await column.WriteAsync(group).ConfigureAwait(false);
        }

        group.CompleteValidate();
    }

    /// <summary>Adds all rows of a row group.</summary>
    public async Task ReadAsync(ParquetRowGroupReader group)
    {
        foreach (PartColumn column in all)
        {
            await column.ReadAsync(group).ConfigureAwait(false);
        }

        Count += checked((int)group.RowCount);
    }

    /// <summary>
    /// Adds the rows of a row group, without its other columns: only <see cref="Images"/> and <see cref="ErrorCode"/>
    /// can be asked for.
    /// </summary>
    public async Task ReadImagesAsync(ParquetRowGroupReader group)
    {
        foreach (PartColumn column in (PartColumn[])[path, status, faces, face, error])
        {
            await column.ReadAsync(group).ConfigureAwait(false);
        }

        Count += checked((int)group.RowCount);
    }

    /// <summary>
    /// The name of the column of a label. Readers of Parquet find columns by name, some without regard to case, so a
    /// label that is the name of another column gets another one.
    /// </summary>
    private static string Unique(string label, HashSet<string> taken)
    {
        string name = label;
        for (int i = 1; !taken.Add(name); i++)
        {
            name = i == 1 ? label + "Score" : string.Create(null, $"{label}Score{i}");
        }

        return name;
    }

    private void Add(int number, RecognizedFace found)
    {
        face.Add(number);
        boxX.Add(Round(found.Box.X, 2));
        boxY.Add(Round(found.Box.Y, 2));
        boxWidth.Add(Round(found.Box.Width, 2));
        boxHeight.Add(Round(found.Box.Height, 2));
        roll.Add(Round(found.Roll, 2));
        detectionScore.Add(found.DetectionScore);
        label.Add(found.Label);
        confidence.Add(found.Confidence);
        uncertain.Add(found.IsUncertain);
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i].Add(found.LabelScores.Values[i]);
        }

        expression.Add(found.Expression?.Name());
        uncertainReason.Add(found.IsUncertain ? string.Join(';', found.UncertainReasons.Select(r => r.Name())) : null);
        FaceQuality quality = found.Quality;
        size.Add(Round(quality.Size, 2));
        sharpness.Add(Round(quality.Sharpness, 4));
        contrast.Add(Round(quality.Contrast, 2));
        touchesEdge.Add(quality.TouchesEdge);
        yaw.Add(quality.Yaw is { } angle ? Round(angle, 2) : null);
    }

    private static float Round(float value, int decimals) => (float)Math.Round((double)value, decimals);
}

/// <summary>The rows of an image in a table of results.</summary>
/// <param name="Path">The path of the image.</param>
/// <param name="IsError">Whether the image failed.</param>
/// <param name="Row">The first of its rows.</param>
/// <param name="Count">The number of its rows.</param>
internal readonly record struct PartImage(string Path, bool IsError, int Row, int Count);
