using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace Mien.Server;

/// <summary>
/// Serves the page and the API reference, which are embedded in the assembly. Browsers revalidate each file
/// (<c>no-cache</c> with an entity tag), so that they show a new version at once.
/// </summary>
internal static class PageFiles
{
    private const string Index = "index.html";

    private static readonly ManifestEmbeddedFileProvider Embedded = new(typeof(PageFiles).Assembly, "wwwroot");

    /// <summary>The names of the files and folders in the root folder.</summary>
    public static IEnumerable<string> RootNames => Embedded.GetDirectoryContents("/").Select(f => f.Name);

    /// <summary>Adds the files to the pipeline, after routing, so that endpoints take precedence.</summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="folder">
    /// A folder whose files replace the embedded ones, for development; <see langword="null"/> uses the embedded ones.
    /// </param>
    public static void UsePageFiles(this IApplicationBuilder app, string? folder)
    {
        IFileProvider files = Embedded;
        if (folder is not null)
        {
            files = new CompositeFileProvider(new PhysicalFileProvider(Path.GetFullPath(folder)), files);
        }

        var options = new FileServerOptions
        {
            FileProvider = files,
            RedirectToAppendTrailingSlash = false, // the framework redirects to absolute URLs
        };
        options.DefaultFilesOptions.DefaultFileNames = [Index];
        options.StaticFileOptions.ContentTypeProvider = ContentTypes();
        options.StaticFileOptions.OnPrepareResponse = file =>
        {
            file.Context.Response.Headers.CacheControl = "no-cache";
            SecurityHeaders.SetForPage(file.Context.Response);
        };
        app.Use((context, next) => RedirectToFolder(context, files) ? Task.CompletedTask : next(context));
        app.UseFileServer(options);

        // The framework's file server ignores methods other than GET and HEAD, which would end in 404 instead of 405.
        app.Use(
            (context, next) =>
            {
                if (context.GetEndpoint() is not null || !Exists(files, context.Request.Path))
                {
                    return next(context);
                }

                context.Response.Headers.Allow = "GET, HEAD";
                context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                return Task.CompletedTask;
            }
        );
    }

    /// <summary>
    /// Redirects from a folder's URL without a trailing slash to the one with it, since the links in a page are
    /// relative. The redirect is relative too, so that it works behind a proxy that strips a path prefix without
    /// telling.
    /// </summary>
    private static bool RedirectToFolder(HttpContext context, IFileProvider files)
    {
        HttpRequest request = context.Request;
        string path = request.Path.Value ?? "";
        if (
            path.EndsWith('/')
            || context.GetEndpoint() is not null
            || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            || !files.GetFileInfo($"{path}/{Index}").Exists
        )
        {
            return false;
        }

        string folder = request.PathBase.Add(request.Path).Value!.Split('/')[^1];
        context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        context.Response.Headers.Location = $"./{Uri.EscapeDataString(folder)}/{request.QueryString}";
        context.Response.Headers.CacheControl = "no-cache";
        return true;
    }

    private static FileExtensionContentTypeProvider ContentTypes()
    {
        var types = new FileExtensionContentTypeProvider();
        foreach (string extension in (string[])[".html", ".css", ".js", ".json", ".txt"])
        {
            types.Mappings[extension] += "; charset=utf-8";
        }

        return types;
    }

    private static bool Exists(IFileProvider files, string path) =>
        files.GetFileInfo(path).Exists || files.GetFileInfo($"{path.TrimEnd('/')}/{Index}").Exists;
}
