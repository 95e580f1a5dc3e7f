using System.Globalization;
using System.Text;
using Mien.Data;

namespace Mien.Cli.Tests;

/// <summary>
/// What an evaluation on FER2013's PublicTest looks at: its images, and those of Training that stand in it too. Read
/// once, since the whole file takes seconds each time.
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

    /// <summary>A file in the form of <c>fer2013.csv</c>.</summary>
    public string Path => path.Value;

    internal FaceDataset PublicTest => publicTest.Value;

    public void Dispose() => folder.Dispose();

    private string Write(FaceDataset data)
    {
        var text = new StringBuilder("emotion,pixels,Usage\n");
        int[] twins = data.IndicesAlsoIn(DatasetSplit.Training, DatasetSplit.PublicTest);
        foreach (int i in (IEnumerable<int>)[.. data.IndicesOf(DatasetSplit.PublicTest), .. twins])
        {
            text.Append(CultureInfo.InvariantCulture, $"{data.Labels[i]},");
            text.AppendJoin(' ', data.Image(i).ToArray());
            text.Append(CultureInfo.InvariantCulture, $",{data.Splits[i]}\n");
        }

        return folder.Write("publicTest.csv", text.ToString());
    }
}
