using Microsoft.AspNetCore.Http;

namespace Mien.Server;

/// <summary>Sets the security headers of responses.</summary>
internal static class SecurityHeaders
{
    // The page loads only its own files, has no inline scripts or styles, and cannot be framed by other pages.
    private const string PagePolicy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' "
        + "blob:; connect-src 'self'; font-src 'self'; "
        + "worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string ApiPolicy = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>Sets the headers of every response.</summary>
    public static void Set(HttpResponse response)
    {
        IHeaderDictionary headers = response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = ApiPolicy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    /// <summary>Sets the headers of the page's files.</summary>
    public static void SetForPage(HttpResponse response)
    {
        IHeaderDictionary headers = response.Headers;
        headers.ContentSecurityPolicy = PagePolicy;
        headers.XFrameOptions = "DENY";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=(), display-capture=()";
    }
}
