namespace Mien.Tests;

/// <summary>Recognized faces and signatures for tests of tracks.</summary>
internal static class MadeFaces
{
    private static readonly FaceQuality Quality = new(100, 1, 50, false, null);

    public static RecognizedFace Recognized(FaceBox box, Expression expression = Expression.Neutral)
    {
        float[] probabilities = new float[Expressions.Count];
        probabilities[(int)expression] = 1;
        var scores = new LabelScores(Expressions.Names, probabilities);
        return new RecognizedFace(box, new ExpressionResult(scores), Quality, []);
    }

    /// <summary>The signature of a person alone before a background.</summary>
    public static FaceSignature SignatureOf(MadePerson person, double light, Expression expression, int noise = 0)
    {
        var picture = new MadePicture(160, 120, 1);
        var box = new FaceBox(60, 40, 32, 32);
        picture.Draw(person, box, expression, light);
        picture.AddNoise(new Random(noise), 5);
        using Photo photo = picture.ToPhoto();
        return FrameAppearance.Of(photo, [box]).Faces[0];
    }
}
