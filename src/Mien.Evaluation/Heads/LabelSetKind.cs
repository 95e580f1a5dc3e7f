using System.Text.Json.Serialization;

namespace Mien.Evaluation;

/// <summary>
/// The labels that predictions are compared with. Their names are those of the heads trained on them.
/// </summary>
internal enum LabelSetKind
{
    /// <summary>The labels of the data, which for FER2013 are the words that its images were searched with.</summary>
    [JsonStringEnumMemberName("fer2013")]
    Fer2013,

    /// <summary>What most of ten people saw: FER+.</summary>
    [JsonStringEnumMemberName("ferplus")]
    FerPlus,
}
