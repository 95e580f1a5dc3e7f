using System.Security.Cryptography;

namespace Mien.Cli.Tests;

/// <summary>Keeps the frames of a film instead of encoding them. Its file has a hash of the frames and times.</summary>
internal sealed class MadeFilm(string path, MadeFilms films) : IFilmOutput
{
    private readonly List<(TimeSpan Time, byte[] Pixels)> frames = [];

    public string Encoder => "made";

    public IReadOnlyList<string> Notes => films.Notes;

    /// <summary>The frames so far.</summary>
    public IReadOnlyList<(TimeSpan Time, byte[] Pixels)> Frames => frames;

    public async ValueTask WriteAsync(Photo frame, TimeSpan time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (frames.Count == 0)
        {
            await File.WriteAllTextAsync(path, "begun", cancellationToken);
        }

        films.BeforeFrame?.Invoke(frames.Count);
        frames.Add((time, frame.Rgba.ToArray()));
    }

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((TimeSpan time, byte[] pixels) in frames)
        {
            hash.AppendData(BitConverter.GetBytes(time.Ticks));
            hash.AppendData(pixels);
        }

        await File.WriteAllTextAsync(path, Convert.ToHexString(hash.GetHashAndReset()), cancellationToken);
    }

    public ValueTask DisposeAsync() => default;
}

/// <summary>The films that a test makes; they replace those of ffmpeg until it is disposed.</summary>
internal sealed class MadeFilms : IDisposable
{
    private readonly List<MadeFilm> all = [];

    public MadeFilms() =>
        FilmOutput.Made.Value = path =>
        {
            var film = new MadeFilm(path, this);
            all.Add(film);
            return film;
        };

    /// <summary>The films in the order in which they were begun.</summary>
    public IReadOnlyList<MadeFilm> All => all;

    /// <summary>The last film.</summary>
    public MadeFilm Last => all[^1];

    public IReadOnlyList<string> Notes { get; set; } = [];

    /// <summary>Called before each frame, with its number in the film.</summary>
    public Action<int>? BeforeFrame { get; set; }

    public void Dispose() => FilmOutput.Made.Value = null;
}
