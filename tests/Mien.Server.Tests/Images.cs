using System.Net.Http.Headers;

namespace Mien.Server.Tests;

/// <summary>Images that tests send.</summary>
internal static class Images
{
    private static readonly Lazy<byte[]> GroupPhoto = new(() => MadePhotos.Group().EncodePng());

    /// <summary>A photo with three faces.</summary>
    public static byte[] Group => GroupPhoto.Value;

    /// <summary>A face crop for which the test model predicts the expression.</summary>
    public static byte[] Face(Expression expression, int size = 48) =>
        BrightnessModel.Face(expression, size).EncodePng();

    /// <summary>A request body.</summary>
    public static ByteArrayContent Body(byte[] data, string? type = "image/png")
    {
        var content = new ByteArrayContent(data);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        return content;
    }

    /// <summary>A multipart body with files.</summary>
    public static MultipartFormDataContent Form(params (string Name, byte[] Data)[] files)
    {
        var form = new MultipartFormDataContent();
        foreach ((string name, byte[] data) in files)
        {
            form.Add(new ByteArrayContent(data), "file", name);
        }

        return form;
    }
}
