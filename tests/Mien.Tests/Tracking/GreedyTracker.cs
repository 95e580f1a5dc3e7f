namespace Mien.Tests;

/// <summary>
/// What <see cref="FaceTracker"/> was before it knew motion and appearance, to compare with: faces are matched
/// greedily by overlap and distance from their last places.
/// </summary>
internal sealed class GreedyTracker
{
    private readonly List<(int Id, FaceBox Box, TimeSpan Seen)> tracks = [];
    private int last;

    public int[] Update(IReadOnlyList<FaceBox> faces, TimeSpan time)
    {
        tracks.RemoveAll(t => time - t.Seen > TimeSpan.FromSeconds(1));
        var pairs =
            from face in Enumerable.Range(0, faces.Count)
            from track in tracks
            let fit = Fit(faces[face], track.Box)
            where fit is not null
            orderby fit descending, track.Id, face
            select (face, track.Id);
        int[] ids = new int[faces.Count];
        foreach ((int face, int id) in pairs.ToArray())
        {
            if (ids[face] == 0 && !ids.Contains(id))
            {
                ids[face] = id;
            }
        }

        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = ids[i] == 0 ? ++last : ids[i];
            tracks.RemoveAll(t => t.Id == ids[i]);
            tracks.Add((ids[i], faces[i], time));
        }

        return ids;
    }

    private static float? Fit(FaceBox a, FaceBox b)
    {
        float sideA = MathF.Sqrt(a.Area),
            sideB = MathF.Sqrt(b.Area),
            x = a.Center.X - b.Center.X,
            y = a.Center.Y - b.Center.Y;
        float distance = MathF.Sqrt((x * x) + (y * y)) / ((sideA + sideB) / 2);
        bool possible = distance <= 0.8f && MathF.Max(sideA, sideB) <= 1.8f * MathF.Min(sideA, sideB);
        return possible ? a.IntersectionOverUnion(b) - distance : null;
    }
}
