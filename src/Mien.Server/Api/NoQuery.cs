using Microsoft.AspNetCore.Http;

namespace Mien.Server;

/// <summary>For addresses without query parameters.</summary>
internal static class NoQuery
{
    /// <exception cref="ProblemException">There are some.</exception>
    public static void Check(HttpRequest request)
    {
        if (request.Query.Count > 0)
        {
            string name = request.Query.Keys.First();
            throw new ProblemException(
                ProblemKind.BadQuery,
                $"'{(name.Length <= 60 ? name : name[..60] + "…")}' is no parameter of this address, expected none."
            );
        }
    }
}
