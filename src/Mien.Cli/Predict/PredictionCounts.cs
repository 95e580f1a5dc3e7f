using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>Counts the results of a run.</summary>
internal sealed class PredictionCounts
{
    // In the label order of the contract.
    private readonly OrderedDictionary<string, long> labels = new(StringComparer.Ordinal);

    public long Images { get; private set; }

    public long NoFace { get; private set; }

    /// <summary>Images without a result, with those that were skipped.</summary>
    public long Failed { get; private set; }

    /// <summary>What has an image's name and is no file, such as a named pipe.</summary>
    public long Skipped { get; private set; }

    public long Crops { get; private set; }

    public long Faces { get; private set; }

    public long Uncertain { get; private set; }

    public void Add(RecognitionResult result)
    {
        Images++;
        NoFace += result.Status == RecognitionStatus.NoFace ? 1 : 0;
        Failed += result.Status == RecognitionStatus.Error ? 1 : 0;
        Skipped += result.Error is { Code: "notAFile" } ? 1 : 0;
        Crops += result.IsFaceCrop ? 1 : 0;
        Faces += result.Faces.Count;
        foreach (RecognizedFace face in result.Faces)
        {
            foreach (string label in face.LabelScores.Labels)
            {
                labels.TryAdd(label, 0);
            }

            labels[face.Label]++;
            Uncertain += face.IsUncertain ? 1 : 0;
        }
    }

    /// <summary>A short text for the progress bar.</summary>
    public string Short =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Faces:N0} {(Faces == 1 ? "face" : "faces")}{(Failed > 0 ? $", {Failed:N0} failed" : "")}"
        );

    /// <summary>Returns the summary lines at the end of a run.</summary>
    /// <param name="elapsed">The duration of the run.</param>
    /// <param name="reasonsIn">
    /// The output that contains the error messages; <c>null</c> if they were written to standard error.
    /// </param>
    /// <param name="cropsAsked">Whether <c>--crop</c> was given, so that face crops need no explanation.</param>
    public IEnumerable<string> Lines(TimeSpan elapsed, bool cropsAsked, string? reasonsIn = null)
    {
        var states = new List<string> { Count(Images - NoFace - Failed, "ok") };
        if (NoFace > 0)
        {
            states.Add(Count(NoFace, "without a face"));
        }

        if (Failed > Skipped)
        {
            states.Add(Count(Failed - Skipped, "failed"));
        }

        if (Skipped > 0)
        {
            states.Add(Count(Skipped, "skipped (not a file)"));
        }

        string rate =
            Images > 1 && elapsed.TotalSeconds >= 1
                ? string.Create(CultureInfo.InvariantCulture, $" ({Images / elapsed.TotalSeconds:0.#}/s)")
                : "";
        yield return $"{Count(Images, Images == 1 ? "image" : "images")}: {string.Join(", ", states)};"
            + $" {DurationText.Of(elapsed)}{rate}.";
        if (Failed > 0 && reasonsIn is not null)
        {
            yield return $"See 'error' in {reasonsIn} for the {(Failed == 1 ? "reason" : "reasons")}.";
        }

        if (Faces > 0)
        {
            var kinds = labels
                .Where(l => l.Value > 0)
                .OrderByDescending(l => l.Value)
                .Select(l => Count(l.Value, l.Key));
            yield return $"{Count(Faces, Faces == 1 ? "face" : "faces")}: {string.Join(", ", kinds)}"
                + $"{(Uncertain > 0 ? $"; {Count(Uncertain, "uncertain")}" : "")}.";
        }

        if (Crops > 0 && !cropsAsked)
        {
            yield return $"{Count(Crops, Crops == 1 ? "small image was" : "small images were")} treated as face crops "
                + $"(use --no-crop to detect faces in them).";
        }
    }

    private static string Count(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}");
}
