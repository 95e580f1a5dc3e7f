using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Mien.Server;

/// <summary>
/// Reads the images of a request into memory, never into files. This is why it does not use the form reader of ASP.NET
/// Core, which writes large files to disk.
/// </summary>
internal sealed class UploadReader(ServerOptions options, UploadBudget budget)
{
    private const int MaxNameLength = 255;
    private const string Json = "application/json";
    private const string Identity = "identity";

    // ASCII is a subset of UTF-8.
    private static readonly string[] Utf8Names = ["utf-8", "utf8", "us-ascii"];

    /// <summary>Whether the body of a request is multipart.</summary>
    public static bool IsMultipart(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
        && type.Type.Equals("multipart", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a body that is one image, or JSON with one image.</summary>
    /// <exception cref="ProblemException">The body cannot be an image or is not valid JSON.</exception>
    /// <exception cref="MienException"><c>emptyFile</c>, <c>tooLarge</c>.</exception>
    public async Task<Upload> ReadOneAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        CheckEncoding(request);

        // The format is detected from the content, since clients send all kinds of types (curl's --data-binary sends
        // that of a form). Only text/* is refused, since it cannot be an image.
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type))
        {
            if (type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase))
            {
                return await ReadJsonAsync(request, type, cancellationToken);
            }

            if (type.Type.Equals("text", StringComparison.OrdinalIgnoreCase))
            {
                throw new ProblemException(
                    ProblemKind.UnsupportedMediaType,
                    $"The body has the type {type.MediaType}, expected an image (JPEG, PNG, WebP, BMP or GIF), "
                        + $"files as multipart/form-data, or {Json}."
                );
            }
        }

        CheckLength(request, options.MaxImageBytes);
        Upload upload = await Upload.ReadAsync(request.Body, null, options.MaxImageBytes, budget, cancellationToken);
        if (upload.Span[0] != (byte)'{')
        {
            return upload;
        }

        // No image format begins with '{'. JSON is only accepted as application/json: with another type, a form on
        // another site could send it without a CORS preflight request.
        upload.Dispose();
        throw new ProblemException(
            ProblemKind.UnsupportedMediaType,
            $"The body looks like JSON, but its type is {type?.MediaType.ToString() ?? "missing"}. Send it with "
                + $"'Content-Type: {Json}' (curl --json)."
        );
    }

    private async Task<Upload> ReadJsonAsync(
        HttpRequest request,
        MediaTypeHeaderValue type,
        CancellationToken cancellationToken
    )
    {
        string charset = HeaderUtilities.RemoveQuotes(type.Charset).ToString();
        if (charset.Length > 0 && !Utf8Names.Contains(charset, StringComparer.OrdinalIgnoreCase))
        {
            throw new ProblemException(
                ProblemKind.UnsupportedMediaType,
                $"The JSON body has the charset {charset}, expected UTF-8."
            );
        }

        // Base64 is longer than the image, so the limit is higher; only the decoded image is kept in memory.
        CheckLength(request, options.MaxJsonBytes);
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = options.MaxJsonBytes;
        }

        using var image = new JsonImageStream(request.Body);
        return await Upload.ReadAsync(image, "'image'", options.MaxImageBytes, budget, cancellationToken);
    }

    /// <summary>Reads the files of a multipart body.</summary>
    /// <returns>For each file its name and its bytes, or its error. The caller owns the uploads.</returns>
    /// <exception cref="ProblemException">The body is not valid, or has no files or too many.</exception>
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
                string name = Name(section, files.Count + 1);
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
                    "The multipart body has no file. Expected at least one part with an image, as sent by 'curl -F "
                        + "file=@photo.jpg'."
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
            return new UploadedFile(name, null, e); // reading the next part skips the rest of this one
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
            $"The multipart body cannot be read ({e.Message.TrimEnd('.')}). Expected multipart/form-data "
                + $"(RFC 7578) that ends with its boundary.",
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
                $"The body has the type {type.MediaType}, expected multipart/form-data or an image."
            );
        }

        return boundary.Length is > 0 and <= 70
            ? boundary
            : throw new ProblemException(
                ProblemKind.BadMultipart,
                "The Content-Type of the multipart body has no boundary of 1 to 70 characters. Let the HTTP "
                    + "library set this header."
            );
    }

    /// <summary>The file's name, or <c>image</c> and its position among the parts, from 1, if it has none.</summary>
    private static string Name(MultipartSection section, int position)
    {
        if (
            !ContentDispositionHeaderValue.TryParse(
                section.ContentDisposition,
                out ContentDispositionHeaderValue? disposition
            ) || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase)
        )
        {
            throw NoFile("a part without a name");
        }

        string field = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
        string name = HeaderUtilities
            .RemoveQuotes(
                StringSegment.IsNullOrEmpty(disposition.FileNameStar) ? disposition.FileName : disposition.FileNameStar
            )
            .ToString();
        if (string.IsNullOrWhiteSpace(name))
        {
            return FacesQuery.OfImages.Contains(field, StringComparer.Ordinal)
                ? throw NoFile($"the field '{field}'")
                : string.Create(CultureInfo.InvariantCulture, $"image{position}");
        }

        return name.Length <= MaxNameLength ? name : name[..MaxNameLength];
    }

    private static ProblemException NoFile(string part) =>
        new(
            ProblemKind.BadMultipart,
            $"The multipart body has {part} that is not a file. Expected only files; options are query "
                + $"parameters, such as in /v1/faces?top=3."
        );

    private static void CheckEncoding(HttpRequest request)
    {
        // 'identity' means no encoding.
        string[] others =
        [
            .. request
                .Headers.ContentEncoding.SelectMany(v =>
                    (v ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                )
                .Where(c => !c.Equals(Identity, StringComparison.OrdinalIgnoreCase)),
        ];
        if (others.Length > 0)
        {
            throw new ProblemException(
                ProblemKind.UnsupportedMediaType,
                $"The body has the Content-Encoding {string.Join(", ", others)}, expected none or '{Identity}': "
                    + $"image files are already compressed."
            )
            {
                AcceptEncoding = Identity,
            };
        }
    }

    /// <summary>
    /// Checks the length before the body is read, so that a client that waits for 100 Continue does not send it.
    /// </summary>
    private static void CheckLength(HttpRequest request, long maxBytes)
    {
        if (request.ContentLength > maxBytes)
        {
            throw new ProblemException(
                ProblemKind.TooLarge,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The body has {request.ContentLength} bytes, the limit is {maxBytes}. Send a smaller image, or "
                        + $"fewer images per request."
                )
            );
        }
    }
}
