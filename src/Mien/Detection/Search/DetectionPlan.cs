namespace Mien;

/// <summary>
/// Which networks run on which parts of a photo. The values were chosen by the table of plans in docs/detection.md.
/// Immutable.
/// </summary>
internal sealed record DetectionPlan
{
    private static readonly DetectorModel[] BackOnly = [DetectorModel.Back];
    private static readonly DetectorModel[] FrontOnly = [DetectorModel.Front];
    private static readonly DetectorModel[] FullOnly = [DetectorModel.Full];

    private static readonly DetectionPlan Auto = new()
    {
        Whole = [DetectorModel.Back, DetectorModel.Full],
        Tiles = FullOnly,
        Border = BackOnly,
        Turned = BackOnly,
        HintScore = 0.2f,
    };

    private static readonly DetectionPlan Back = OneNetwork(BackOnly);
    private static readonly DetectionPlan Front = OneNetwork(FrontOnly);
    private static readonly DetectionPlan Full = OneNetwork(FullOnly);

    /// <summary>The networks that run on the whole photo.</summary>
    public required IReadOnlyList<DetectorModel> Whole { get; init; }

    /// <summary>The networks that run on the tiles of a large photo.</summary>
    public required IReadOnlyList<DetectorModel> Tiles { get; init; }

    /// <summary>
    /// The networks that run on the photo with a border around it, in which a face that fills the photo is small enough
    /// to be found.
    /// </summary>
    public required IReadOnlyList<DetectorModel> Border { get; init; }

    /// <summary>The networks that run on the turned photo.</summary>
    public required IReadOnlyList<DetectorModel> Turned { get; init; }

    /// <summary>The width of the border on each side, as a share of the photo's longer side.</summary>
    public float BorderShare { get; init; } = 0.25f;

    /// <summary>
    /// The photo is searched with a border if a face has at least this share of its shorter side, touches its edge, or
    /// none was found.
    /// </summary>
    public float LargeFace { get; init; } = 0.45f;

    /// <summary>
    /// If set, <see cref="Tiling.Auto"/> searches the tiles only if nothing was found in the whole photo, or if it has
    /// a candidate of at least this score that is smaller than <see cref="SmallFace"/>.
    /// </summary>
    public float? HintScore { get; init; }

    /// <summary>The size below which a candidate asks for tiles, as a share of the photo's longer side.</summary>
    public float SmallFace { get; init; } = 0.08f;

    /// <summary>
    /// The angles of the turned photo that are tried if nothing was found, in degrees, in this order.
    /// </summary>
    public IReadOnlyList<int> RetryAngles { get; init; } = [90, 270, 180];

    /// <summary>The angles of the turned photo for <see cref="AngleSearch.Any"/>, in degrees.</summary>
    public IReadOnlyList<int> AllAngles { get; init; } = [45, 90, 135, 180, 225, 270, 315];

    /// <summary>Whether the face mesh confirms candidates of low score.</summary>
    public bool ConfirmsByMesh { get; init; } = true;

    /// <summary>Gets the plan for a choice of detector.</summary>
    public static DetectionPlan Of(DetectorModel model) =>
        model switch
        {
            DetectorModel.Back => Back,
            DetectorModel.Front => Front,
            DetectorModel.Full => Full,
            _ => Auto,
        };

    /// <summary>
    /// The score from which a network's candidate counts as a face. Lower ones count only if the face mesh finds a face
    /// there.
    /// </summary>
    public static float SureScore(DetectorModel model) =>
        model switch
        {
            DetectorModel.Front => 0.8f,
            DetectorModel.Full => 0.6f,
            _ => 0.8f,
        };

    /// <summary>A plan with one network for everything.</summary>
    public static DetectionPlan OneNetwork(params IReadOnlyList<DetectorModel> model) =>
        new()
        {
            Whole = model,
            Tiles = model,
            Border = model,
            Turned = model,
        };
}
