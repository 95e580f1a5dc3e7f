using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mien.Lab;

/// <summary>What a run folder's <c>run.json</c> keeps: which data, which versions, which machine.</summary>
internal sealed record RunInfo
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public required string Data { get; init; }

    public string? Votes { get; init; }

    public bool SkipBadRows { get; init; }

    public int TrainingImages { get; init; }

    public int DevImages { get; init; }

    [JsonIgnore]
    public DataSource Source => new(Data, Votes, SkipBadRows);

    [JsonIgnore]
    public string DataName => Path.GetFileName(Data);

    /// <summary>What was learned from, in words, for contracts and cards.</summary>
    [JsonIgnore]
    public string TrainingData => string.Create(global::System.Globalization.CultureInfo.InvariantCulture,
        $"{DataName}, split Training ({TrainingImages:N0} images){(Votes is null ? "" : ", targets from labels and FER+ votes")}");

    public string Mien { get; init; } = Versions.Mien;

    public string TorchSharp { get; init; } = Versions.TorchSharp;

    public string Runtime { get; init; } = RuntimeInformation.FrameworkDescription;

    public string System { get; init; } = RuntimeInformation.OSDescription;

    public string Architecture { get; init; } = RuntimeInformation.ProcessArchitecture.ToString();

    public int Cores { get; init; } = Environment.ProcessorCount;

    public string Started { get; init; } = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", global::System.Globalization.CultureInfo.InvariantCulture);

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    public static RunInfo FromJson(string json) => JsonSerializer.Deserialize<RunInfo>(json, Options)!;
}
