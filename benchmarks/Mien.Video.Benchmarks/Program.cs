using System.Globalization;
using System.Runtime.InteropServices;
using Mien.Video.Benchmarks;

// dotnet run -c Release --project benchmarks/Mien.Video.Benchmarks -- [speed] [analysis] [times] [crossings] [hour]
// [film] [--seconds N] [--rounds N] [--minutes N] [--every-frame]
//
//   speed      × real time: 640, 1280 and 1920 pixels, one and two faces, 'tiny' and 'default', every frame and five a
//              second, against ffmpeg alone and a loop of a recognizer for photos; clips of --seconds, --rounds runs
//   analysis   detector runs and time per frame without decoding
//   times      the largest difference from ffprobe's times
//   crossings  identity switches of people who pass each other, with 'default'
//   hour       memory over a video of --minutes (60), five frames per second or --every-frame
//   film       frames per second and size of films against ffmpeg alone; clips of --seconds, --rounds runs
//
// Without a name: speed, times and crossings. Makes the clips itself with ffmpeg. Speed and film need an idle machine.
const string usage =
    "Usage: [speed] [analysis] [times] [crossings] [hour] [film] [--seconds N] [--rounds N] [--minutes N] "
    + "[--every-frame]";
var sections = new List<string>();
double seconds = 10;
double minutes = 60;
double rounds = 3;
bool everyFrame = false;
for (int i = 0; i < args.Length; i++)
{
    double value = 0;
    bool isNumber =
        i + 1 < args.Length
        && double.TryParse(args[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out value)
        && value > 0;
    switch (args[i])
    {
        case "--seconds" when isNumber:
            seconds = value;
            i++;
            break;
        case "--minutes" when isNumber:
            minutes = value;
            i++;
            break;
        case "--rounds" when isNumber:
            rounds = value;
            i++;
            break;
        case "--every-frame":
            everyFrame = true;
            break;
        case "speed" or "analysis" or "times" or "crossings" or "hour" or "film":
            sections.Add(args[i]);
            break;
        default:
            Console.Error.WriteLine($"Unknown or incomplete argument '{args[i]}'. {usage}");
            return 2;
    }
}

if (!Ffmpeg.IsFound)
{
    Console.Error.WriteLine("ffmpeg was not found on the PATH. Install it first.");
    return 1;
}

Markdown.Line($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors,");
Markdown.Line($"{RuntimeInformation.FrameworkDescription}, {Ffmpeg.Version}.");
foreach (string section in sections.Count > 0 ? sections : ["speed", "times", "crossings"])
{
    await (
        section switch
        {
            "speed" => SpeedTables.WriteAsync(seconds, (int)rounds),
            "analysis" => AnalysisTable.WriteAsync(),
            "times" => TimeTable.WriteAsync(),
            "crossings" => TrackTables.WriteAsync("default"),
            "film" => FilmTable.WriteAsync(seconds, (int)rounds),
            _ => HourTable.WriteAsync(minutes, everyFrame ? null : 5),
        }
    );
}

return 0;
