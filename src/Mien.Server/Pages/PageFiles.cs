using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Mien.Server;

/// <summary>
/// The files of the page and of the API reference, from inside the assembly or from a folder. Thread-safe.
/// </summary>
internal sealed class PageFiles
{
    private const string Prefix = "wwwroot/";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".json"] = "application/json; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".webp"] = "image/webp",
        [".ico"] = "image/x-icon",
        [".woff2"] = "font/woff2",
        [".txt"] = "text/plain; charset=utf-8",
        [".webmanifest"] = "application/manifest+json; charset=utf-8",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private readonly FrozenDictionary<string, PageFile> embedded;
    private readonly string? folder;

    /// <summary>Reads the files inside the assembly.</summary>
    /// <param name="folder">A folder whose files win; read at each request.</param>
    public PageFiles(string? folder)
    {
        this.folder = folder;
        System.Reflection.Assembly assembly = typeof(PageFiles).Assembly;
        embedded = assembly
            .GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(
                n => "/" + n[Prefix.Length..].Replace('\\', '/'),
                n =>
                {
                    using Stream stream = assembly.GetManifestResourceStream(n)!;
                    byte[] content = new byte[stream.Length];
                    stream.ReadExactly(content);
                    return Make(n, content);
                },
                StringComparer.Ordinal
            );
    }

    /// <summary>Finds the file at a path of the service.</summary>
    /// <param name="path">Such as <c>/</c>, <c>/docs</c> or <c>/app.js</c>.</param>
    public PageFile? Find(string path)
    {
        string name = path switch
        {
            "/" => "/index.html",
            "/docs" or "/docs/" => "/docs/index.html",
            _ => path,
        };

        // Compared with the names that are there, so that no path leads out of the folder.
        if (
            folder is not null
            && Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .FirstOrDefault(f => "/" + Path.GetRelativePath(folder, f).Replace('\\', '/') == name)
                is { } file
        )
        {
            return Make(file, File.ReadAllBytes(file));
        }

        return embedded.GetValueOrDefault(name);
    }

    private static PageFile Make(string name, byte[] content) =>
        new(
            content,
            Types.GetValueOrDefault(Path.GetExtension(name), "application/octet-stream"),
            $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12))}\""
        );
}
