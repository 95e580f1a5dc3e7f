using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace Mien.Server;

/// <summary><c>GET /v1/info</c>: the version, limits and labels that clients need.</summary>
internal sealed class InfoEndpoint(ServerOptions options, FaceExpressionRecognizer recognizer)
{
    private static readonly string Version =
        typeof(InfoEndpoint)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0]
        ?? "";

    public Task HandleAsync(HttpContext context)
    {
        NoQuery.Check(context.Request);
        return Answers.WriteAsync(
            context,
            JsonBytes.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("name", "mien");
                json.WriteString("version", Version);
                json.WriteString("model", recognizer.Contract.Name);
                if (recognizer.Contract.Heads is not null)
                {
                    json.WriteString("head", recognizer.Contract.SelectHead(options.Head).Name);
                    json.WriteStartArray("heads");
                    foreach (string head in recognizer.Contract.HeadNames)
                    {
                        json.WriteStringValue(head);
                    }

                    json.WriteEndArray();
                }

                json.WriteBoolean("needsKey", options.ApiKeys.Count > 0);
                json.WriteNumber("uncertainBelow", recognizer.UncertainBelow);
                json.WriteNumber("maxFaceCropSize", recognizer.Options.MaxFaceCropSize);
                json.WriteStartArray("labels");
                foreach (string label in recognizer.Contract.Labels)
                {
                    AnnotationColor color = ExpressionColors.Of(label);
                    json.WriteStartObject();
                    json.WriteString("name", label);
                    json.WriteString("expression", Expressions.TryParse(label, out Expression e) ? e.Name() : null);
                    json.WriteString("color", color.ToString());
                    json.WriteBoolean("light", color.IsLight);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteStartObject("limits");
                json.WriteNumber("bodyBytes", options.MaxBodyBytes);
                json.WriteNumber("imageBytes", options.MaxImageBytes);
                json.WriteNumber("pixels", options.ImageLimits.MaxPixels);
                json.WriteNumber("files", options.MaxFiles);
                json.WriteNumber("faces", options.MaxFaces);
                json.WriteNumber("requestSeconds", options.RequestTimeout.TotalSeconds);
                json.WriteNumber("requestsPerSecond", options.Rate);
                json.WriteNumber("streams", options.MaxStreams);
                json.WriteNumber("streamIdleSeconds", options.StreamIdle.TotalSeconds);
                json.WriteNumber("frameBytes", options.MaxFrameBytes);
                json.WriteNumber("framesPerSecond", options.MaxFrameRate);
                json.WriteEndObject();
                json.WriteEndObject();
            })
        );
    }
}
