// Recognizes the expression of every face in a photo: dotnet run -- photo.jpg
using System.Globalization;
using Mien;

if (args is not [string path])
{
    Console.Error.WriteLine("Expected one argument: the path of a photo (JPEG, PNG, WebP, BMP or GIF).");
    return 2;
}

try
{
    using FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create();
    RecognitionResult result = recognizer.Recognize(path);
    Console.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Width}×{result.Height} pixels, {result.Faces.Count} face(s)"
        )
    );
    foreach (RecognizedFace face in result.Faces)
    {
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"at {face.Box.X:0}, {face.Box.Y:0}, {face.Box.Width:0} wide: {face}"
            )
        );
        foreach ((string label, float score) in face.LabelScores)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {label, -10} {score:0.000}"));
        }
    }

    return 0;
}
catch (MienException e)
{
    // The message says what was found, what was expected and what to do.
    Console.Error.WriteLine(e.Message);
    return 1;
}
