namespace Mien.Networks.Tests;

/// <summary>Builds networks for tests.</summary>
internal static class Networks
{
    public static NetworkGraph Build(string json) => NetworkGraph.Build(NetworkDescription.FromJson(json, "test.json"));

    /// <summary>A network named 'test' with these layers (JSON, comma-separated).</summary>
    public static string Json(string layers, int channels = 1, int height = 8, int width = 8) =>
        $$"""{ "name": "test", "input": { "width": {{width}}, "height": {{height}},"""
        + $$""" "channels": {{channels}} }, "layers": [ {{layers}} ] }""";

    public static NetworkGraph Layers(string layers, int channels = 1, int height = 8, int width = 8) =>
        Build(Json(layers, channels, height, width));
}
