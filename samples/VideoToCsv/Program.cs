// Recognizes the faces in a video and writes one CSV row per frame and face: dotnet run -- film.mp4 > faces.csv. Needs
// ffmpeg on the PATH.
using System.Globalization;
using System.Text;
using Mien;
using Mien.Video;

if (args is not [string path])
{
    Console.Error.WriteLine("Expected one argument: the path of a video.");
    return 2;
}

using VideoRecognizer recognizer = VideoRecognizer.Create();
using var output = new StreamWriter(
    Console.OpenStandardOutput(),
    new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)
);
output.WriteLine("frame,time,status,track,x,y,width,height,label,confidence,smoothedLabel,smoothedConfidence");
int frames = 0;
var tracks = new HashSet<int>();
int code = 0;
try
{
    // Frames are decoded and analysed while their results are read, so memory does not grow with the length.
    await foreach (FrameResult frame in recognizer.RecognizeAsync(path, new VideoOptions { FramesPerSecond = 5 }))
    {
        frames++;
        string start = string.Create(CultureInfo.InvariantCulture, $"{frame.Frame},{frame.Time.TotalSeconds:0.000000}");
        if (frame.Status == FrameStatus.NoFace)
        {
            output.WriteLine($"{start},noFace,,,,,,,,,");
        }

        foreach (TrackedFace tracked in frame.Faces)
        {
            RecognizedFace face = tracked.Face;
            tracks.Add(tracked.Id);
            output.WriteLine(
                string.Join(
                    ',',
                    start,
                    "ok",
                    tracked.Id.ToString(CultureInfo.InvariantCulture),
                    Number(face.Box.X),
                    Number(face.Box.Y),
                    Number(face.Box.Width),
                    Number(face.Box.Height),
                    face.Label,
                    Number(face.Confidence),
                    tracked.Smoothed.Label,
                    Number(tracked.Smoothed.Confidence)
                )
            );
        }
    }
}
catch (MienException e)
{
    // A truncated or damaged video gets here after the rows of all frames that could be read.
    Console.Error.WriteLine(e.Message);
    code = 1;
}

Console.Error.WriteLine($"{frames} frame(s), {tracks.Count} track(s).");
return code;

static string Number(float value) => value.ToString("0.###", CultureInfo.InvariantCulture);
