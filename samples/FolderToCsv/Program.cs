// Recognizes the photos in a folder and its subfolders and writes one CSV row per face: dotnet run -- photos >
// faces.csv
using System.Globalization;
using System.Text;
using Mien;

if (args is not [string folder])
{
    Console.Error.WriteLine("Expected one argument: the path of a folder of photos.");
    return 2;
}

// Several photos in parallel are faster than several threads per photo.
using FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create(
    new RecognizerOptions { Inference = new ClassifierOptions { Threads = 1 } }
);
using var output = new StreamWriter(
    Console.OpenStandardOutput(),
    new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)
);
output.WriteLine("path,status,x,y,width,height,roll,score,label,confidence,uncertain");
int photos = 0,
    faces = 0,
    failed = 0;
try
{
    // The folder is searched lazily, so memory does not grow with its size.
    await foreach (RecognitionResult photo in recognizer.RecognizeFolderAsync(folder, recursive: true))
    {
        photos++;
        faces += photo.Faces.Count;
        foreach (RecognizedFace face in photo.Faces)
        {
            Row(
                Quoted(photo.Name!),
                "ok",
                Number(face.Box.X),
                Number(face.Box.Y),
                Number(face.Box.Width),
                Number(face.Box.Height),
                Number(face.Roll),
                Number(face.DetectionScore),
                Quoted(face.Label),
                Number(face.Confidence),
                face.IsUncertain ? "true" : "false"
            );
        }

        if (photo.Status == RecognitionStatus.NoFace)
        {
            Row([Quoted(photo.Name!), "noFace", .. Enumerable.Repeat("", 9)]);
        }
        else if (photo.Error is { } error)
        {
            failed++;
            Row([Quoted(photo.Name!), "error", .. Enumerable.Repeat("", 9)]);
            Console.Error.WriteLine(error.Message);
        }
    }
}
catch (MienException e)
{
    // The folder itself cannot be read. A bad photo gives a row with an error and does not get here.
    Console.Error.WriteLine(e.Message);
    return 2;
}

Console.Error.WriteLine($"{photos} photo(s), {faces} face(s), {failed} failed.");
return failed > 0 ? 1 : 0;

void Row(params string[] fields) => output.WriteLine(string.Join(',', fields));

static string Number(float? value) => value?.ToString("0.###", CultureInfo.InvariantCulture) ?? "";

static string Quoted(string text) =>
    text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
