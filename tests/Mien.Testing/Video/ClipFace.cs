namespace Mien.Testing;

/// <summary>A face of a <see cref="MadeClip"/> and how it moves and changes.</summary>
/// <param name="Person">0 to 3: the person, who has a colour of the skin and of the clothes.</param>
/// <param name="Path">The poses in the order of their times; between them the face moves evenly.</param>
internal sealed record ClipFace(int Person, params IReadOnlyList<ClipPose> Path)
{
    /// <summary>
    /// The expressions in the order of the times at which they begin. <c>default</c> names all of them correctly,
    /// except fear in some colours.
    /// </summary>
    public IReadOnlyList<ClipExpression> Expressions { get; init; } = [new(0, Expression.Neutral)];

    /// <summary>How many seconds the change to an expression takes, from its time on.</summary>
    public double Fade { get; init; }

    /// <summary>The time at which the face appears; <see langword="null"/>: with the first frame.</summary>
    public double? From { get; init; }

    /// <summary>The time at which the face has gone; <see langword="null"/>: never.</summary>
    public double? To { get; init; }

    public bool IsThereAt(double time) => time + 1e-9 >= (From ?? 0) && !(time + 1e-9 >= To);

    public ClipPose PoseAt(double time)
    {
        ClipPose next = Path.FirstOrDefault(p => p.Time >= time) ?? Path[^1];
        ClipPose last = Path.LastOrDefault(p => p.Time <= time) ?? Path[0];
        float share = next.Time > last.Time ? (float)((time - last.Time) / (next.Time - last.Time)) : 0;
        return new ClipPose(
            time,
            float.Lerp(last.X, next.X, share),
            float.Lerp(last.Y, next.Y, share),
            float.Lerp(last.Side, next.Side, share),
            float.Lerp(last.Roll, next.Roll, share),
            float.Lerp(last.Yaw, next.Yaw, share)
        );
    }

    /// <summary>The expression at a time, the one before it, and how far the change is: 1 when it is done.</summary>
    public (Expression Now, Expression Before, double Share) ExpressionAt(double time)
    {
        int at = Math.Max(0, Expressions.Count(e => e.Time <= time + 1e-9) - 1);
        double share = Fade > 0 && at > 0 ? Math.Clamp((time - Expressions[at].Time) / Fade, 0, 1) : 1;
        return (Expressions[at].Expression, Expressions[Math.Max(0, at - 1)].Expression, share);
    }
}

/// <summary>Where a face is at a time.</summary>
/// <param name="Time">Seconds from the first frame.</param>
/// <param name="X">The centre of the face in pixels.</param>
/// <param name="Y">The centre of the face in pixels.</param>
/// <param name="Side">The side of the pasted crop in pixels; the face's box is about nine tenths of it.</param>
/// <param name="Roll">The rotation in the plane, in degrees clockwise.</param>
/// <param name="Yaw">The turn of the head in degrees; it only makes the face narrower.</param>
internal sealed record ClipPose(double Time, float X, float Y, float Side, float Roll = 0, float Yaw = 0);

/// <summary>The expression that a face has from a time on.</summary>
internal sealed record ClipExpression(double Time, Expression Expression);

/// <summary>Something in front of the faces: a rectangle in pixels, between two times or always.</summary>
internal sealed record ClipObstacle(float X, float Y, float Width, float Height, double? From = null, double? To = null)
{
    public bool IsThereAt(double time) => time + 1e-9 >= (From ?? 0) && !(time + 1e-9 >= To);
}
