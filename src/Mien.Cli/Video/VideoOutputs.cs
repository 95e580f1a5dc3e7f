using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>The output files of one video; <c>null</c> for those that are not wanted.</summary>
/// <param name="Rows">The file of the rows; <c>null</c> for standard output too.</param>
/// <param name="Summary">The file of the summary.</param>
/// <param name="Chart">The file of the chart.</param>
/// <param name="Frames">The folder of the pictures of changes.</param>
/// <param name="Film">The film.</param>
internal sealed record VideoPaths(string? Rows, string? Summary, string? Chart, string? Frames, string? Film);

/// <summary>
/// The outputs of a run. With one video each is a file. With a folder, a pattern or several videos each is a folder, in
/// which the files are named after the videos.
/// </summary>
internal sealed class VideoOutputs
{
    private static readonly string[] SummaryExtensions = [".json", ".txt"];

    private readonly VideoRequest request;
    private readonly bool several;
    private readonly FilmFiles films = new();

    /// <summary>Checks the outputs before any work is done.</summary>
    /// <param name="request">The request.</param>
    /// <param name="several">Whether each output is a folder.</param>
    /// <param name="sources">The folders of the videos, and whether each is read as a whole.</param>
    /// <exception cref="UsageException">An output cannot be written, or has an unknown extension.</exception>
    public VideoOutputs(VideoRequest request, bool several, IEnumerable<(string Folder, bool Whole)> sources)
    {
        this.request = request;
        this.several = several;
        Form = FormOf();
        if (several)
        {
            CheckFolder(request.Output, "--output");
            CheckFolder(request.Summary, "--summary");
            CheckFolder(request.Chart, "--chart");
            CheckFolder(request.Annotate, "--annotate");
        }
        else
        {
            CheckFile(request.Output, "--output");
            CheckFile(request.Summary, "--summary");
            CheckFile(request.Chart, "--chart");
            if (request.Summary is { } summary && !ImageNames.Has(SummaryExtensions, summary))
            {
                throw new UsageException($"--summary: '{summary}' must end in .json or .txt.");
            }

            if (request.Chart is { } chart && !VideoChart.IsSupported(chart))
            {
                throw new UsageException($"--chart: '{chart}' must end in .png, .svg or .html.");
            }
        }

        FilmFiles.Check(request, several, sources);
        CheckFolder(request.Frames, "--frames");
        CheckDistinct();
    }

    /// <summary>The format of the rows; text if none are written.</summary>
    public PredictionForm Form { get; }

    /// <summary>The folders that the run writes to.</summary>
    public IEnumerable<string?> Folders =>
        several ? [request.Output, request.Summary, request.Chart, request.Annotate, request.Frames] : [request.Frames];

    /// <summary>Keeps other runs out of the outputs. Missing folders are created.</summary>
    /// <exception cref="MienException"><c>outputBusy</c>, <c>cannotWrite</c>.</exception>
    public OutputLock Lock() =>
        OutputLock.Take(several ? [] : [request.Output, request.Summary, request.Chart, request.Annotate], Folders);

    /// <summary>The output files of a video.</summary>
    /// <param name="input">The video; its relative path is unique in the run.</param>
    public VideoPaths Of(InputItem input) =>
        several
            ? new VideoPaths(
                InFolder(request.Output, input.Relative + (Form == PredictionForm.JsonLines ? ".jsonl" : ".csv")),
                InFolder(request.Summary, input.Relative + ".json"),
                InFolder(request.Chart, input.Relative + ".png"),
                InFolder(request.Frames, input.Relative),
                request.Annotate is null ? null : InFolder(request.Annotate, films.Name(input.Relative))
            )
            : new VideoPaths(request.Output, request.Summary, request.Chart, request.Frames, request.Annotate);

    private static string? InFolder(string? folder, string name) => folder is null ? null : Path.Combine(folder, name);

    private PredictionForm FormOf()
    {
        if (request.Form != PredictionForm.Text || request.Output is not { } file)
        {
            return request.Form;
        }

        return several
            ? PredictionForm.Csv
            : Path.GetExtension(file).ToUpperInvariant() switch
            {
                ".CSV" => PredictionForm.Csv,
                ".JSONL" or ".NDJSON" => PredictionForm.JsonLines,
                _ => throw new UsageException(
                    $"--output: '{file}' must end in .csv or .jsonl, or select the format with --csv or --jsonl."
                        + (VideoNames.IsVideo(file) ? " Its extension is that of a video." : "")
                ),
            };
    }

    /// <summary>
    /// With several videos the folders may be one, because the files in them have different extensions; only a film
    /// may have the name of a folder of pictures.
    /// </summary>
    private void CheckDistinct()
    {
        if (
            several
            && request is { Frames: { } pictures, Annotate: { } drawn }
            && FileIdentity.Of(pictures) == FileIdentity.Of(drawn)
        )
        {
            throw new UsageException(
                $"--frames and --annotate name the same folder, '{drawn}', but a film and the folder of the pictures "
                    + "of its video have the same name. Give each another folder."
            );
        }

        (string? Path, string Option)[] outputs =
        [
            (request.Output, "--output"),
            (request.Summary, "--summary"),
            (request.Chart, "--chart"),
            (request.Frames, "--frames"),
            (request.Annotate, "--annotate"),
        ];
        foreach (
            IGrouping<string, (string? Path, string Option)> same in outputs
                .Where(o => o.Path is not null)
                .GroupBy(o => Path.GetFullPath(o.Path!), StringComparer.Ordinal)
        )
        {
            if (!several && same.Count() > 1)
            {
                throw new UsageException(
                    $"{string.Join(" and ", same.Select(o => o.Option))} name the same file, '{same.First().Path}'. "
                        + "Give each another name."
                );
            }
        }
    }

    private void CheckFile(string? path, string option)
    {
        if (path is not null)
        {
            OutputTarget.Check(path, request.Videos, InputKind.Video, option);
        }
    }

    private void CheckFolder(string? path, string option)
    {
        if (path is null)
        {
            return;
        }

        if (string.IsNullOrWhiteSpace(path) || File.Exists(path))
        {
            throw new UsageException(
                $"{option}: '{path}' is {(File.Exists(path) ? "a file" : "empty")}, expected a folder"
                    + (several ? ": with several videos each output is a folder." : " to write to.")
            );
        }

        string extension = Path.GetExtension(path);
        if (
            several
            && option != "--frames"
            && extension is ".csv" or ".jsonl" or ".json" or ".png" or ".svg" or ".html" or FilmFiles.Extension
        )
        {
            throw new UsageException(
                $"{option}: '{path}' has the extension of a file, but with several videos each output is a folder."
            );
        }
    }
}
