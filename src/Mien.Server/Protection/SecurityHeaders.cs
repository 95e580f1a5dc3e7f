using Microsoft.AspNetCore.Http;

namespace Mien.Server;

/// <summary>Headers that tell browsers what the answers may do.</summary>
internal static class SecurityHeaders
{
    // The page loads nothing but its own files, runs no inline script or style, and is shown in no other page's frame.
    private const string PagePolicy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' "
        + "blob:; connect-src 'self'; font-src 'self'; "
        + "worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string ApiPolicy = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>For every answer.</summary>
    public static void Set(HttpResponse response)
    {
        IHeaderDictionary headers = response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = ApiPolicy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    /// <summary>For the files of the page.</summary>
    public static void SetForPage(HttpResponse response)
    {
        IHeaderDictionary headers = response.Headers;
        headers.ContentSecurityPolicy = PagePolicy;
        headers.XFrameOptions = "DENY";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=(), display-capture=()";
    }
}
