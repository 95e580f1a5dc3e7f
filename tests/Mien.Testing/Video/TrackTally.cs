namespace Mien.Testing;

/// <summary>
/// Compares the tracks of a clip with its persons. Faces of which less than <see cref="MinVisible"/> is visible are
/// left out: which person is found there is open.
/// </summary>
internal sealed class TrackTally
{
    public const double MinVisible = 0.75;

    private readonly Dictionary<int, int> personOf = [];
    private readonly Dictionary<int, int> trackOf = [];
    private int scene = -1;

    /// <summary>How often a track went on with another person.</summary>
    public int Switches { get; private set; }

    /// <summary>How often a person went on in another track within a scene.</summary>
    public int Breaks { get; private set; }

    /// <summary>Visible faces that were found.</summary>
    public int Found { get; private set; }

    /// <summary>Visible faces that were not found.</summary>
    public int Missed { get; private set; }

    /// <summary>Found faces where there is none.</summary>
    public int False { get; private set; }

    public int Tracks => personOf.Count;

    /// <summary>Adds the result for a frame, in order.</summary>
    public void Add(TrueFrame frame, IReadOnlyList<TrackedFace> faces)
    {
        if (frame.Scene != scene)
        {
            scene = frame.Scene;
            trackOf.Clear();
        }

        var found = new HashSet<int>();
        foreach (TrackedFace face in faces)
        {
            if (frame.At(face.Face.Box) is not { } truth)
            {
                False++;
            }
            else if (truth.Visible >= MinVisible)
            {
                found.Add(truth.Person);
                Switches += personOf.TryGetValue(face.Id, out int person) && person != truth.Person ? 1 : 0;
                Breaks += trackOf.TryGetValue(truth.Person, out int track) && track != face.Id ? 1 : 0;
                personOf[face.Id] = truth.Person;
                trackOf[truth.Person] = face.Id;
            }
        }

        int visible = frame.Faces.Count(f => f.Visible >= MinVisible);
        int seen = frame.Faces.Count(f => f.Visible >= MinVisible && found.Contains(f.Person));
        Found += seen;
        Missed += visible - seen;
    }
}
