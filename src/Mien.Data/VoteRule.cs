using System.Text.Json.Serialization;

namespace Mien.Data;

/// <summary>How the ten FER+ votes for an image become one label.</summary>
internal enum VoteRule
{
    /// <summary>
    /// The class with strictly the most of the votes in all ten columns, if it is one of the seven expressions.
    /// </summary>
    [JsonStringEnumMemberName("majority")]
    Majority,

    /// <summary>
    /// As in the script of FER+'s authors: single votes are dropped, and the winner needs more than half of the rest.
    /// </summary>
    [JsonStringEnumMemberName("authors")]
    Authors,
}
