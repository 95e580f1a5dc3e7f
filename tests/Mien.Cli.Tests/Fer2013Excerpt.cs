using System.Globalization;
using System.Text;
using Mien.Data;

namespace Mien.Cli.Tests;

/// <summary>
/// The part of FER2013 that an evaluation on PublicTest needs: its images, and the training images that are exact
/// duplicates of them. Read once, because reading the whole file takes seconds.
/// </summary>
public sealed class Fer2013Excerpt : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly Lazy<FaceDataset> publicTest;
    private readonly Lazy<string> path;

    public Fer2013Excerpt()
    {
        var whole = new Lazy<FaceDataset>(() =>
            DatasetReader.Read(System.IO.Path.Combine(Fer2013Files.Folder(), "fer2013.csv.gz"))
        );
        publicTest = new Lazy<FaceDataset>(() => whole.Value.Only(DatasetSplit.PublicTest));
        path = new Lazy<string>(() => Write(whole.Value));
    }

    /// <summary>The excerpt as a file in the format of <c>fer2013.csv</c>.</summary>
    public string Path => path.Value;

    internal FaceDataset PublicTest => publicTest.Value;

    public void Dispose() => folder.Dispose();

    private string Write(FaceDataset data)
    {
        var text = new StringBuilder("emotion,pixels,Usage\n");
        int[] duplicates = data.IndicesAlsoIn(DatasetSplit.Training, DatasetSplit.PublicTest);
        foreach (int i in (IEnumerable<int>)[.. data.IndicesOf(DatasetSplit.PublicTest), .. duplicates])
        {
            text.Append(CultureInfo.InvariantCulture, $"{data.Labels[i]},");
            text.AppendJoin(' ', data.Image(i).ToArray());
            text.Append(CultureInfo.InvariantCulture, $",{data.Splits[i]}\n");
        }

        return folder.Write("publicTest.csv", text.ToString());
    }
}
