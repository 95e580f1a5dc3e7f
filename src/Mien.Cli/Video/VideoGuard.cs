using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// Keeps the outputs of a run from replacing its videos, and each other. Files are compared, not their paths, see
/// <see cref="FileIdentity"/>. Not thread-safe.
/// </summary>
internal sealed class VideoGuard
{
    private readonly Dictionary<string, string> inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> outputs = new(StringComparer.Ordinal);

    /// <summary>Creates a guard.</summary>
    /// <param name="videos">The files of all videos of the run.</param>
    public VideoGuard(IEnumerable<string> videos)
    {
        foreach (string video in videos.Where(File.Exists))
        {
            inputs.TryAdd(FileIdentity.Of(video), video);
        }
    }

    /// <summary>Checks the outputs of a video before any work is done.</summary>
    /// <exception cref="UsageException">One would replace a video, or is an output of the run already.</exception>
    public void Check(VideoPaths paths)
    {
        foreach (
            (string? path, string option) in new[]
            {
                (paths.Rows, "--output"),
                (paths.Summary, "--summary"),
                (paths.Chart, "--chart"),
                (paths.Frames, "--frames"),
                (paths.Film, "--annotate"),
            }
        )
        {
            if (string.IsNullOrWhiteSpace(path) || PartFile.IsDevice(PartFile.Target(path)))
            {
                continue;
            }

            if (VideoAt(path) is { } video)
            {
                throw new UsageException($"{option}: '{path}' would replace the video '{video}'. {Advice}");
            }

            if (!outputs.TryAdd(FileIdentity.Of(path), option))
            {
                throw new UsageException(
                    $"{option}: '{path}' is written for {outputs[FileIdentity.Of(path)]} as well. {Advice}"
                );
            }
        }
    }

    /// <summary>Checks a file just before it is written.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>: it would replace a video.</exception>
    public void CheckFile(string path)
    {
        if (VideoAt(path) is { } video)
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "cannotWrite",
                $"{path}: would replace the video '{video}'. {Advice}"
            );
        }
    }

    private static string Advice => "Choose another file or folder.";

    /// <summary>The video that would be replaced by an output or by one of the files that are made beside it.</summary>
    private string? VideoAt(string path)
    {
        string target = PartFile.Target(path);
        string hidden = Path.Join(Path.GetDirectoryName(target), "." + Path.GetFileName(target));
        string[] written =
        [
            target,
            target + PartFile.Ending,
            hidden + PartFile.Ending,
            hidden + UnfinishedMark.Ending,
            hidden + UnfinishedMark.Ending + PartFile.Ending,
            hidden + OutputLock.FolderLock,
        ];
        return written.Select(w => inputs.GetValueOrDefault(FileIdentity.Of(w))).FirstOrDefault(v => v is not null);
    }
}
