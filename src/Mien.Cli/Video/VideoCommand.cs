using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary><c>mien video FILE…</c>: classifies the expressions of the faces in videos over time.</summary>
internal static class VideoCommand
{
    public static Command Create()
    {
        var options = new VideoArguments();
        var command = new Command(
            "video",
            "Find and track the faces in videos and classify their expressions over time. Needs the program ffmpeg. "
                + "Writes a summary per track, and on request one row per frame and face."
        );
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellationToken) =>
                new VideoRun(CommandConsole.Of(parsed), options.ToRequest(parsed), cancellationToken).ExecuteAsync()
        );
        return command.WithExamples(
            ("mien video clip.mp4", "Show a table: how long each tracked face showed which expression."),
            (
                "mien video clip.mp4 -o rows.csv",
                "Write one row per frame and face, at 5 frames per second of the video. Rows have the frame's number, "
                    + "its time and its track."
            ),
            (
                "mien video clip.mp4 -o rows.csv --every-frame --resume",
                "Analyse every frame. After an interruption, the same command continues the file."
            ),
            (
                "mien video interview.mp4 --start 1:30 --end 2:45.5 --chart chart.html --summary tracks.json",
                "Analyse a part of a video; write an interactive chart and the summary as JSON."
            ),
            (
                "mien video recordings -o results --chart charts --derived",
                "All videos in a folder: one file of rows and one chart each. --derived adds valence and intensity."
            ),
            (
                "mien video clip.mp4 -o rows.csv --annotate film.mp4",
                "Make a film too: the video with boxes, labels and a running chart per track on every frame."
            ),
            ("mien video clip.mp4 --frames changes", "Write pictures of the moments at which an expression changes."),
            (
                "mien video clip.mp4 --csv --quiet | grep surprise | head -3",
                "Rows on standard output, for other programs. --jsonl writes JSON Lines."
            ),
            ("mien video --camera /dev/video0 -o live.jsonl", "A camera, until Ctrl-C."),
            ("cat clip.mkv | mien video - --csv", "A video on standard input.")
        );
    }
}
