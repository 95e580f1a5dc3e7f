using Microsoft.AspNetCore.Http;

namespace Mien.Server;

/// <summary>Checks requests to endpoints without query parameters.</summary>
internal static class NoQuery
{
    /// <exception cref="ProblemException">The request has a query parameter.</exception>
    public static void Check(HttpRequest request)
    {
        if (request.Query.Count > 0)
        {
            string name = request.Query.Keys.First();
            throw new ProblemException(
                ProblemKind.BadQuery,
                $"'{(name.Length <= 60 ? name : name[..60] + "…")}' is not a parameter of this endpoint, expected none."
            );
        }
    }
}
