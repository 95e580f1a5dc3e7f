namespace Mien.Data;

/// <summary>
/// A data set with crowd votes, and what was counted while they were joined; see <see cref="FerPlusVotes.Join"/>.
/// </summary>
/// <param name="Dataset">The images with <see cref="FaceDataset.VoteDistributions"/>.</param>
/// <param name="VotedRows">Images with at least one vote in the seven.</param>
/// <param name="LabelRows">Images without one: their distribution is their label.</param>
/// <param name="AgreeingRows">
/// Voted images whose label got the most votes, or as many as any. About two thirds in FER2013; far fewer mean that
/// rows and votes do not belong together.
/// </param>
/// <param name="ContemptVotes">Votes for contempt, dropped.</param>
/// <param name="UnknownVotes">Votes for unknown, dropped.</param>
/// <param name="NoFaceVotes">Votes for no face (NF), dropped.</param>
internal sealed record FerPlusJoin(
    FaceDataset Dataset,
    int VotedRows,
    int LabelRows,
    int AgreeingRows,
    long ContemptVotes,
    long UnknownVotes,
    long NoFaceVotes
);
