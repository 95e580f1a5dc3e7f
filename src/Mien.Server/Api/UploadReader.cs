using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Mien.Server;

/// <summary>
/// Reads the images of a request into memory, never into files (which is why forms are not left to ASP.NET Core: it
/// writes large ones to disk).
/// </summary>
internal sealed class UploadReader(ServerOptions options, UploadBudget budget)
{
    private const int LongestName = 255;

    /// <summary>Whether a request's body is multipart.</summary>
    public static bool IsMultipart(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
        && type.Type.Equals("multipart", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a body that is one image.</summary>
    /// <exception cref="ProblemException">It is of a kind that cannot be an image.</exception>
    /// <exception cref="MienException"><c>emptyFile</c>, <c>tooLarge</c>.</exception>
    public async Task<Upload> ReadOneAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        CheckEncoding(request);

        // Content decides, since clients name all kinds of types (curl's --data-binary says a form); these two are
        // surely none.
        if (
            MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            && (
                type.Type.Equals("text", StringComparison.OrdinalIgnoreCase)
                || type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            )
        )
        {
            throw new ProblemException(
                ProblemKind.UnsupportedMediaType,
                $"The body is of the type {type.MediaType}, expected an image (JPEG, PNG, WebP, BMP or GIF) as "
                    + $"the body, or files in multipart/form-data."
            );
        }

        CheckLength(request, options.MaxImageBytes);
        return await Upload.ReadAsync(request.Body, null, options.MaxImageBytes, budget, cancellationToken);
    }

    /// <summary>Reads the files of a multipart body.</summary>
    /// <returns>Of each file its name and its bytes, or why it cannot be used. The uploads are the caller's.</returns>
    /// <exception cref="ProblemException">The body is no form of files, or there are none or too many.</exception>
    public async Task<List<UploadedFile>> ReadManyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        CheckEncoding(request);
        CheckLength(request, options.MaxBodyBytes);
        var reader = new MultipartReader(Boundary(request), request.Body)
        {
            HeadersCountLimit = 16,
            HeadersLengthLimit = 8192,
        };
        var files = new List<UploadedFile>();
        try
        {
            while (await NextAsync(reader, cancellationToken) is { } section)
            {
                string name = Name(section);
                if (files.Count == options.MaxFiles)
                {
                    throw new ProblemException(
                        ProblemKind.TooManyFiles,
                        $"The request has more than {options.MaxFiles} files. Send them in several requests."
                    );
                }

                files.Add(await ReadFileAsync(section, name, cancellationToken));
            }

            return files.Count > 0
                ? files
                : throw new ProblemException(
                    ProblemKind.EmptyFile,
                    "The multipart body has no file. Expected at least one part with a file name, as 'curl -F "
                        + "file=@photo.jpg' sends it."
                );
        }
        catch
        {
            files.ForEach(f => f.Upload?.Dispose());
            throw;
        }
    }

    private async Task<UploadedFile> ReadFileAsync(
        MultipartSection section,
        string name,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return new UploadedFile(
                name,
                await Upload.ReadAsync(section.Body, name, options.MaxImageBytes, budget, cancellationToken),
                null
            );
        }
        catch (MienException e)
        {
            return new UploadedFile(name, null, e); // the rest of the part is skipped by the next read
        }
        catch (InvalidDataException e)
        {
            throw BadForm(e);
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            throw BadForm(e);
        }
    }

    private static async Task<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadNextSectionAsync(cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw BadForm(e);
        }
    }

    private static ProblemException BadForm(Exception e) =>
        new(
            ProblemKind.BadMultipart,
            $"The multipart body cannot be read ({e.Message.TrimEnd('.')}). Expected multipart/form-data as "
                + $"RFC 7578 has it, ended by its boundary.",
            e
        );

    private static string Boundary(HttpRequest request)
    {
        MediaTypeHeaderValue type = MediaTypeHeaderValue.Parse(request.ContentType);
        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (!type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(
                ProblemKind.UnsupportedMediaType,
                $"The body is of the type {type.MediaType}, expected multipart/form-data, or an image as the body."
            );
        }

        return boundary.Length is > 0 and <= 70
            ? boundary
            : throw new ProblemException(
                ProblemKind.BadMultipart,
                "The Content-Type of the multipart body names no boundary of 1 to 70 characters. Let the "
                    + "client's library write this header."
            );
    }

    private static string Name(MultipartSection section)
    {
        if (
            !ContentDispositionHeaderValue.TryParse(
                section.ContentDisposition,
                out ContentDispositionHeaderValue? disposition
            ) || !disposition.IsFileDisposition()
        )
        {
            string field = disposition is null
                ? "a part without a name"
                : $"the field '{HeaderUtilities.RemoveQuotes(disposition.Name)}'";
            throw new ProblemException(
                ProblemKind.BadMultipart,
                $"The multipart body has {field} that is no file. Expected only files; options go into the "
                    + $"query, such as /v1/faces?top=3."
            );
        }

        string name = HeaderUtilities
            .RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName)
            .ToString();
        return name.Length <= LongestName ? name : name[..LongestName];
    }

    private static void CheckEncoding(HttpRequest request)
    {
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding)
        {
            throw new ProblemException(
                ProblemKind.UnsupportedMediaType,
                $"The body is encoded as {encoding}, expected no Content-Encoding: image files are compressed already."
            );
        }
    }

    /// <summary>Before anything is read: a client that waits for 100 Continue then sends nothing in vain.</summary>
    private static void CheckLength(HttpRequest request, long most)
    {
        if (request.ContentLength > most)
        {
            throw new ProblemException(
                ProblemKind.TooLarge,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The body has {request.ContentLength} bytes, at most {most} are taken here. Make the "
                        + $"image smaller, or send fewer at a time."
                )
            );
        }
    }
}
