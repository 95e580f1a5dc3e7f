namespace Mien.Tools;

/// <summary>An image in which a face was found.</summary>
/// <param name="Index">The image's place in its dataset.</param>
/// <param name="Points">Left eye, right eye, nose and mouth; the image's longer side is 1.</param>
internal sealed record KeypointFace(int Index, FacePoint[] Points);
