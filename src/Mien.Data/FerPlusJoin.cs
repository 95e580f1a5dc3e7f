namespace Mien.Data;

/// <summary>A data set with FER+ votes, and counts from joining them; see <see cref="FerPlusVotes.Join"/>.</summary>
/// <param name="Dataset">The images with <see cref="FaceDataset.VoteDistributions"/>.</param>
/// <param name="VotedRows">The number of images with at least one vote for the seven expressions.</param>
/// <param name="LabelRows">The number of images without such a vote, which keep their label.</param>
/// <param name="AgreeingRows">
/// The number of voted images whose label has the most votes, ties included. About two thirds in FER2013; a much
/// smaller share means that votes and rows do not match.
/// </param>
/// <param name="ContemptVotes">The number of votes for contempt, which are dropped.</param>
/// <param name="UnknownVotes">The number of votes for unknown, which are dropped.</param>
/// <param name="NoFaceVotes">The number of votes for no face (NF), which are dropped.</param>
internal sealed record FerPlusJoin(
    FaceDataset Dataset,
    int VotedRows,
    int LabelRows,
    int AgreeingRows,
    long ContemptVotes,
    long UnknownVotes,
    long NoFaceVotes
);
