using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mien.Workers;

/// <summary>The JSON forms of what is stored on the server and beside the results.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(JobDescription))]
[JsonSerializable(typeof(ShardManifest))]
[JsonSerializable(typeof(ShardRecord))]
[JsonSerializable(typeof(DeadLetter))]
[JsonSerializable(typeof(JobFileList))]
internal sealed partial class WorkersJson : JsonSerializerContext;
