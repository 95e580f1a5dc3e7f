using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// Shows what the check of a merge finds: the first names of each kind on standard error, or all as JSON on standard
/// output as they are found. Not thread-safe.
/// </summary>
internal sealed class MergeReport : IMergeReport, IDisposable
{
    /// <summary>The maximum number of names of a kind on standard error.</summary>
    private const int MaxNames = 20;

    private const int MaxBuffered = 64 * 1024;

    /// <summary>How the kinds in JSON are called in text.</summary>
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["missing"] = "no result",
        ["double"] = "two results",
        ["notGiven"] = "result of another photo",
        ["notChecked"] = "not checked",
    };

    private readonly CommandConsole console;
    private readonly ArrayBufferWriter<byte> buffer = new();
    private readonly Utf8JsonWriter? json;
    private readonly bool isQuiet;
    private WorkProgress? progress;
    private readonly Dictionary<string, int> shown = new(StringComparer.Ordinal);

    public MergeReport(CommandConsole console, bool isJson, bool isQuiet)
    {
        this.console = console;
        this.isQuiet = isQuiet;
        if (isJson)
        {
            json = new Utf8JsonWriter(
                buffer,
                new JsonWriterOptions
                {
                    Indented = true,
                    NewLine = "\n",
                    Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                }
            );
            json.WriteStartObject();
            json.WriteStartArray("findings");
        }
    }

    public void Begin(string title, long total, string unit)
    {
        progress?.Dispose();
        progress = WorkProgress.Start(
            title,
            total,
            new WorkProgressOptions
            {
                Console = console,
                Unit = unit,
                Quiet = isQuiet,
            }
        );
    }

    public void Progress(long done) => progress?.Report(done);

    public void Note(string line)
    {
        if (progress is null)
        {
            console.Error.WriteLine(line);
        }
        else
        {
            progress.WriteLine(line);
        }
    }

    /// <summary>Ends the progress, so that the summary follows.</summary>
    public void EndProgress()
    {
        progress?.Dispose();
        progress = null;
    }

    public void Missing(string path, Shard? shard)
    {
        Add("missing", path, shard is { } of ? $"{path} (shard {of})" : path);
        if (shard is { } its)
        {
            json?.WriteString("shard", its.ToString());
        }

        End();
    }

    public void Double(string path, string first, string second)
    {
        (first, second) = (Path.GetFileName(first), Path.GetFileName(second));
        Add("double", path, $"{path} ({(first == second ? $"twice in {first}" : $"in {first} and {second}")})");
        if (json is not null)
        {
            json.WriteStartArray("parts");
            json.WriteStringValue(first);
            json.WriteStringValue(second);
            json.WriteEndArray();
        }

        End();
    }

    public void NotGiven(string path)
    {
        Add("notGiven", path, path);
        End();
    }

    public void NotChecked(string path, string message)
    {
        Add("notChecked", path, message);
        json?.WriteString("message", message);
        End();
    }

    /// <summary>Writes how many names of each kind were not shown.</summary>
    public void CompleteNames()
    {
        foreach ((string kind, int count) in shown.Where(s => s.Value > MaxNames))
        {
            Note(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Names[kind]}: {count - MaxNames:N0} more; --json lists all."
                )
            );
        }
    }

    /// <summary>Completes the JSON object.</summary>
    /// <param name="check">The check.</param>
    /// <param name="parts">The parts.</param>
    /// <param name="written">The file that was written; <c>null</c> if none was.</param>
    public void CompleteJson(MergeCheck check, ResultParts parts, string? written)
    {
        if (json is null)
        {
            return;
        }

        json.WriteEndArray();
        json.WriteStartArray("shardsWithoutParts");
        foreach (Shard shard in check.WithoutPart)
        {
            json.WriteStringValue(shard.ToString());
        }

        json.WriteEndArray();
        json.WriteStartArray("incompleteParts");
        foreach (string file in parts.Incomplete)
        {
            json.WriteStringValue(Path.GetFileName(file));
        }

        json.WriteEndArray();
        if (parts.Listed is { } listed)
        {
            json.WriteStartArray("unfinishedJobs");
            foreach ((string job, _) in listed.Unfinished)
            {
                json.WriteStringValue(job);
            }

            json.WriteEndArray();
            WriteNames("missingParts", listed.Missing);
            WriteNames("uncountedParts", listed.Uncounted);
        }

        json.WriteStartObject("counts");
        json.WriteNumber("parts", parts.Files.Count);
        if (check.Photos is { } photos)
        {
            json.WriteNumber("photos", photos);
        }

        json.WriteNumber("results", check.Results);
        json.WriteNumber("failed", check.Failed);
        json.WriteNumber("missing", check.Missing);
        json.WriteNumber("double", check.Double);
        json.WriteNumber("notGiven", check.NotGiven);
        json.WriteNumber("notChecked", check.NotChecked);
        json.WriteEndObject();
        json.WriteBoolean("isComplete", check.IsComplete);
        json.WriteString("output", written);
        json.WriteEndObject();
        Flush(isLast: true);
        console.Out.WriteLine();
    }

    private void WriteNames(string property, IReadOnlyList<string> names)
    {
        json!.WriteStartArray(property);
        foreach (string name in names)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }

    public void Dispose()
    {
        progress?.Dispose();
        json?.Dispose();
    }

    private void Add(string kind, string path, string line)
    {
        if (json is not null)
        {
            json.WriteStartObject();
            json.WriteString("kind", kind);
            json.WriteString("path", path);
            return;
        }

        int count = shown[kind] = shown.GetValueOrDefault(kind) + 1;
        if (count <= MaxNames)
        {
            Note($"{Names[kind]}: {line}");
        }
    }

    private void End()
    {
        json?.WriteEndObject();
        Flush();
    }

    private void Flush(bool isLast = false)
    {
        if (json is null || (!isLast && json.BytesPending + buffer.WrittenCount < MaxBuffered))
        {
            return;
        }

        json.Flush();
        console.Out.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        buffer.ResetWrittenCount();
    }
}
