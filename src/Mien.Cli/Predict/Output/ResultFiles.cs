using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// Writes the output files of an image: the annotated photo, the face crops as the network receives them, and their
/// heat maps. Thread-safe.
/// </summary>
internal sealed class ResultFiles
{
    private readonly string? annotateFolder;
    private readonly string? cropsFolder;
    private readonly string? explainFolder;
    private readonly string? parquetFolder;
    private readonly Shard? shard;

    /// <summary>Checks the folders.</summary>
    /// <param name="request">The request with the folders.</param>
    /// <param name="sources">The folders of the input images, and whether each is read as a whole.</param>
    /// <exception cref="UsageException">One of the folders is a file or contains the input photos.</exception>
    public ResultFiles(PredictRequest request, IReadOnlyList<(string Folder, bool Whole)> sources)
    {
        annotateFolder = request.AnnotateFolder;
        cropsFolder = request.CropsFolder;
        explainFolder = request.ExplainFolder;
        shard = request.Shard;
        Check(annotateFolder, "--annotate", sources);
        Check(cropsFolder, "--save-crops", sources);
        Check(explainFolder, "--explain", sources);
        parquetFolder = request.ParquetFolder;
        CheckName(parquetFolder, "--parquet");
    }

    public bool Any => annotateFolder is not null || cropsFolder is not null || explainFolder is not null;

    /// <summary>Where files are written; <c>null</c> for each kind that is not wanted.</summary>
    public IEnumerable<string?> Folders => [annotateFolder, cropsFolder, explainFolder, parquetFolder];

    /// <summary>
    /// Creates the folders, so that a folder that cannot be written is reported before the work, not for every image.
    /// Keeps other runs out of the output file and of the folders; from these, only other runs of the same shard.
    /// </summary>
    /// <param name="outputFile">The output file; <c>null</c> for standard output.</param>
    /// <exception cref="UsageException">A folder cannot be created.</exception>
    /// <exception cref="MienException"><c>outputBusy</c>: another run writes there.</exception>
    public OutputLock Lock(string? outputFile)
    {
        try
        {
            return OutputLock.Take([outputFile], Folders, shard?.Name);
        }
        catch (MienException e) when (e is { Code: "cannotWrite", InnerException: { } cause })
        {
            (string? folder, string option) = Array.Find(
                [
                    (annotateFolder, "--annotate"),
                    (cropsFolder, "--save-crops"),
                    (explainFolder, "--explain"),
                    (parquetFolder, "--parquet"),
                ],
                f => f.Item1 is not null && !Directory.Exists(f.Item1)
            );
            throw folder is null
                ? e
                : new UsageException(
                    $"{option}: the folder '{folder}' cannot be created ({cause.Message}). Choose another one.",
                    e
                );
        }
    }

    /// <summary>Whether annotated photos are written.</summary>
    public bool Annotates => annotateFolder is not null;

    /// <summary>Writes the requested output files of an image.</summary>
    /// <param name="input">The image; its relative path is unique in the run.</param>
    /// <param name="marked">The annotated photo; <c>null</c> if none was requested.</param>
    /// <param name="result">Its faces.</param>
    /// <exception cref="MienException"><c>cannotWrite</c>, or the image can no longer be read.</exception>
    public void Write(InputItem input, AnnotatedPhoto? marked, RecognitionResult result)
    {
        if (annotateFolder is not null && marked is not null)
        {
            OutputFile.WriteBytes(
                Path.Combine(annotateFolder, AnnotatedName(input.Relative, marked.Extension)),
                marked.Data
            );
        }

        for (int i = 0; i < result.Faces.Count; i++)
        {
            string face = string.Create(CultureInfo.InvariantCulture, $"{input.Relative}.face{i + 1}");
            if (cropsFolder is not null)
            {
                OutputFile.WriteBytes(Path.Combine(cropsFolder, face + ".png"), result.Faces[i].Crop!.EncodePng());
            }

            if (explainFolder is not null)
            {
                OutputFile.WriteBytes(
                    Path.Combine(explainFolder, face + ".heatmap.png"),
                    result.Faces[i].Explanation!.EncodePng()
                );
            }
        }
    }

    /// <summary>
    /// Keeps the name if its extension fits the format, otherwise appends the right extension. Replacing the extension
    /// could give two images the same name.
    /// </summary>
    private static string AnnotatedName(string relative, string ending) =>
        ImageNames.Format(relative) == ImageNames.Format(ending) ? relative : relative + ending;

    private static void Check(string? folder, string option, IReadOnlyList<(string Folder, bool Whole)> sources)
    {
        if (folder is null)
        {
            return;
        }

        CheckName(folder, option);
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        foreach ((string source, bool whole) in sources)
        {
            string from = Path.TrimEndingDirectorySeparator(source);
            if (
                from == full
                || (whole && from.StartsWith(full + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            )
            {
                throw new UsageException(
                    $"{option}: '{folder}' contains the input photos, which could be overwritten. Choose another "
                        + $"folder."
                );
            }
        }
    }

    private static void CheckName(string? folder, string option)
    {
        if (folder is not null && (string.IsNullOrWhiteSpace(folder) || File.Exists(folder)))
        {
            throw new UsageException(
                $"{option}: '{folder}' is {(File.Exists(folder) ? "a file" : "empty")}, expected a folder to write to."
            );
        }
    }
}
