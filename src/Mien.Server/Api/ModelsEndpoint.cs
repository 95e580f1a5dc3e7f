using Microsoft.AspNetCore.Http;

namespace Mien.Server;

/// <summary><c>GET /v1/models</c>: the contracts of the built-in models and of the one in use.</summary>
internal sealed class ModelsEndpoint(FaceExpressionRecognizer recognizer)
{
    // Reading a contract loads the model, so it is done once, at the first request.
    private readonly Lazy<byte[]> answer = new(() => Make(recognizer.Contract, recognizer.Options.Model));

    public async Task HandleAsync(HttpContext context)
    {
        NoQuery.Check(context.Request);
        await Answers.WriteAsync(context, answer.IsValueCreated ? answer.Value : await Task.Run(() => answer.Value));
    }

    private static byte[] Make(ModelContract used, string source)
    {
        var contracts = new Dictionary<string, (ModelContract Contract, long Bytes)>();
        foreach (string name in BuiltInModels.Names)
        {
            using Stream stream = BuiltInModels.Open(name);
            long bytes = stream.Length;
            using ExpressionClassifier classifier = ExpressionClassifier.Load(
                stream,
                new ClassifierOptions { Threads = 1, Device = InferenceDevice.Cpu },
                name
            );
            contracts[name] = (classifier.Contract, bytes);
        }

        bool builtIn = contracts.ContainsKey(source);
        return JsonBytes.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("inUse", used.Name);
            json.WriteStartArray("models");
            foreach ((string name, (ModelContract contract, long bytes)) in contracts)
            {
                Write(name, true, name == source, bytes, contract);
            }

            if (!builtIn)
            {
                Write(used.Name, false, true, null, used);
            }

            json.WriteEndArray();
            json.WriteEndObject();

            void Write(string name, bool isBuiltIn, bool inUse, long? bytes, ModelContract contract)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteBoolean("builtIn", isBuiltIn);
                json.WriteBoolean("inUse", inUse);
                if (bytes is { } size)
                {
                    json.WriteNumber("bytes", size);
                }

                json.WritePropertyName("contract");
                json.WriteRawValue(contract.ToJson());
                json.WriteEndObject();
            }
        });
    }
}
