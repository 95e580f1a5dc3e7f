using System.Diagnostics;

namespace Mien.Server;

/// <summary>The source of the service's own spans.</summary>
internal static class ServerTracing
{
    public const string SourceName = "Mien.Server";

    public static ActivitySource Source { get; } = new(SourceName);
}
