using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// The images of a run of <c>mien predict</c>: those of lists (<c>@FILE</c>) and of <see cref="InputSources"/>, in the
/// given order, and of these the images of the shard.
/// </summary>
internal sealed class PredictInputs : IDisposable
{
    private readonly List<(InputSources? Sources, PhotoList? List)> all = [];
    private readonly Shard? shard;

    /// <summary>Checks the arguments before any work is done.</summary>
    /// <param name="request">The request with the arguments.</param>
    /// <param name="leftOut">Full paths of folders to skip, because the run writes to them.</param>
    /// <exception cref="UsageException">
    /// A path or list does not exist, there is no image in it, or it contradicts other options.
    /// </exception>
    public PredictInputs(PredictRequest request, IEnumerable<string> leftOut)
    {
        shard = request.Shard;
        CheckRoot(request);
        CheckStandardInput(request);
        string[] skipped = [.. leftOut];
        try
        {
            var arguments = new List<string>();
            foreach (string argument in request.Images)
            {
                if (!PhotoList.Is(argument))
                {
                    arguments.Add(argument);
                    continue;
                }

                AddSources(arguments, skipped);
                all.Add((null, new PhotoList(argument, request.Root)));
            }

            AddSources(arguments, skipped);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether the number of images is known only after walking folders and reading lists.</summary>
    public bool MustBeCounted => shard is not null || all.Exists(a => a.Sources is not { HasFolders: false });

    /// <summary>The folders that images are read from: the given folders, and those of given files.</summary>
    public IEnumerable<(string Folder, bool Whole)> Folders =>
        all.SelectMany(a => a.Sources?.Folders ?? [(a.List!.Root, true)]);

    /// <summary>Enumerates the images; see <see cref="InputSources.Enumerate"/>.</summary>
    public IEnumerable<InputItem> Enumerate() =>
        all.SelectMany(a => a.Sources?.Enumerate() ?? a.List!.Enumerate(shard));

    public void Dispose()
    {
        foreach ((_, PhotoList? list) in all)
        {
            list?.Dispose();
        }
    }

    private void AddSources(List<string> arguments, string[] leftOut)
    {
        if (arguments.Count > 0)
        {
            all.Add((new InputSources(InputKind.Image, arguments, leftOut, shard), null));
            arguments.Clear();
        }
    }

    private static void CheckRoot(PredictRequest request)
    {
        if (request.Root is null)
        {
            return;
        }

        if (!request.Images.Any(PhotoList.Is))
        {
            throw new UsageException(
                "--root is the folder of the paths in a list of photos, but no list (@FILE) is given."
            );
        }

        if (!Directory.Exists(request.Root))
        {
            throw new UsageException($"--root: there is no folder '{request.Root}'. Check the path.");
        }
    }

    private static void CheckStandardInput(PredictRequest request)
    {
        string[] streams = [.. request.Images.Where(i => i is "-" or "@-")];
        if (streams.Length > 1)
        {
            string given =
                streams.Distinct().Count() == 1 ? $"'{streams[0]}' is given twice" : "'-' and '@-' are given";
            throw new UsageException($"{given}, but standard input can be read only once.");
        }

        if (request.Shard is not null && streams is [InputItem.StandardInput])
        {
            throw new UsageException(
                "--shard selects from the photos that every machine is given, but '-' is one image. Leave one out."
            );
        }
    }
}
