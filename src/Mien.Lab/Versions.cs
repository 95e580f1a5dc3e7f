using System.Reflection;

namespace Mien.Lab;

/// <summary>Versions of the software that a result depends on.</summary>
internal static class Versions
{
    public static string Mien => Of(typeof(Versions).Assembly);

    public static string TorchSharp => Of(typeof(TorchSharp.torch).Assembly);

    private static string Of(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? assembly.GetName().Version?.ToString()
        ?? "unknown";
}
