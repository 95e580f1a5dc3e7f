namespace Mien.Tests;

public sealed class FolderTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Only_the_images_of_a_folder_are_recognized()
    {
        byte[] face = MadePhotos.Canvas(20, 20).EncodePng();
        Write("a.png", face);
        Write("b.JPG", face); // the extension is only used to find the file
        Write("c.txt", face);
        Write(".hidden.png", face);
        Write("inner/d.webp", face);
        Write("inner/表情/e.jpeg", [1, 2, 3]);
        Write("empty.gif", []);

        List<RecognitionResult> flat = await Recognize(recursive: false);
        List<RecognitionResult> deep = await Recognize(recursive: true);

        Assert.Equal(["a.png", "b.JPG", "empty.gif"], Names(flat));
        Assert.Equal(
            ["a.png", "b.JPG", "empty.gif", "inner/d.webp", "inner/表情/e.jpeg"],
            Names(deep).Order(StringComparer.Ordinal)
        );
        Assert.Equal(["inner/d.webp", "inner/表情/e.jpeg"], Names(deep)[3..]);
        Assert.Equal(["emptyFile", "notAnImage"], deep.Where(r => r.Error is not null).Select(r => r.Error!.Code));
    }

    [Fact]
    public async Task Links_to_folders_are_not_followed_so_cycles_end()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Creating links requires a privilege on Windows.");
        }

        Write("inner/a.png", MadePhotos.Canvas(20, 20).EncodePng());
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "inner", "circle"), folder.Path);
        File.CreateSymbolicLink(
            Path.Combine(folder.Path, "inner", "link.png"),
            Path.Combine(folder.Path, "inner", "a.png")
        );

        Assert.Equal(
            ["inner/a.png", "inner/link.png"],
            Names(await Recognize(recursive: true)).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_missing_folder_or_a_file_is_an_error()
    {
        string file = folder.Write("a.png", [1]);
        string none = Path.Combine(folder.Path, "none");
        FaceExpressionRecognizer recognizer = Recognizers.Shared;

        MienException missing = await Assert.ThrowsAsync<MienException>(async () =>
            await recognizer.RecognizeFolderAsync(none, cancellationToken: Token).ToListAsync(Token)
        );
        Assert.Equal(
            ("folderNotFound", $"{none}: there is no such folder. Check the path."),
            (missing.Code, missing.Message)
        );
        MienException wrong = await Assert.ThrowsAsync<MienException>(async () =>
            await recognizer.RecognizeFolderAsync(file, cancellationToken: Token).ToListAsync(Token)
        );
        Assert.Equal(
            (
                "notAFolder",
                $"{file}: is a file, expected a folder of images. Give the folder that contains it, or recognize the "
                    + $"file itself."
            ),
            (wrong.Code, wrong.Message)
        );
        Assert.Throws<ArgumentNullException>(() => recognizer.RecognizeFolderAsync(null!, cancellationToken: Token));
    }

    [Fact]
    public async Task A_folder_without_permission_is_an_error_and_a_subfolder_gives_a_result()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("Folder permissions apply only to unprivileged users on Unix.");
        }

        string secret = Path.Combine(folder.Path, "secret");
        Directory.CreateDirectory(secret);
        Write("z/a.png", MadePhotos.Canvas(20, 20).EncodePng());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(secret, UnixFileMode.None);
            try
            {
                List<RecognitionResult> results = await Recognize(recursive: true);
                Assert.Equal((2, "noPermission"), (results.Count, results.Single(r => r.Name == secret).Error!.Code));
                MienException error = await Assert.ThrowsAsync<MienException>(async () =>
                    await Recognizers.Shared.RecognizeFolderAsync(secret, cancellationToken: Token).ToListAsync(Token)
                );
                Assert.Equal("noPermission", error.Code);
            }
            finally
            {
                File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
    }

    [Fact]
    public void A_folder_that_is_deleted_during_the_search_is_reported_and_the_search_continues()
    {
        Write("a/1.png", [1]);
        Write("b/2.png", [1]);
        Write("c/3.png", [1]);
        Write("0.png", [1]);
        var seen = new List<(string Path, string? Code)>();
        using IEnumerator<FolderEntry> walk = FolderWalk.Images(folder.Path, depth: 1).GetEnumerator();
        Assert.True(walk.MoveNext());
        Assert.True(walk.MoveNext()); // the first of the three folders is listed already

        string first = Path.GetDirectoryName(walk.Current.Path)!;
        foreach (
            string inner in new[] { "a", "b", "c" }.Select(n => Path.Combine(folder.Path, n)).Where(p => p != first)
        )
        {
            Directory.Delete(inner, recursive: true);
        }

        while (walk.MoveNext())
        {
            seen.Add((walk.Current.Path, walk.Current.Error?.Code));
        }

        Assert.Equal(2, seen.Count);
        Check.All(seen, s => Assert.Equal("unreadableFolder", s.Code));
    }

    private async Task<List<RecognitionResult>> Recognize(bool recursive) =>
        await Recognizers
            .Shared.RecognizeFolderAsync(folder.Path, recursive, cancellationToken: Token)
            .ToListAsync(Token);

    private List<string> Names(List<RecognitionResult> results) =>
        [.. results.Select(r => Path.GetRelativePath(folder.Path, r.Name!).Replace('\\', '/'))];

    private void Write(string name, byte[] content)
    {
        string path = Path.Combine(folder.Path, name.Replace('/', Path.DirectorySeparatorChar));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        if (OperatingSystem.IsWindows() && Path.GetFileName(name).StartsWith('.'))
        {
            File.SetAttributes(path, FileAttributes.Hidden);
        }
    }
}
