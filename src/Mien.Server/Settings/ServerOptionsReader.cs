using System.Text.Json;

namespace Mien.Server;

/// <summary>Reads the settings: flags win over the environment, which wins over the file. Thread-safe.</summary>
internal static class ServerOptionsReader
{
    /// <summary>The file that is read where none is named, if it lies in the current folder.</summary>
    public const string DefaultFile = "appsettings.json";

    private const string Section = "Mien";

    /// <summary>Reads the settings.</summary>
    /// <param name="flags">Values by <see cref="ServerSetting.Name"/>, as the command line gave them.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <param name="file">
    /// A JSON file whose section <c>Mien</c> holds settings by their names; <see langword="null"/>:
    /// <see cref="DefaultFile"/>, where it is.
    /// </param>
    /// <returns>Options that are in range and go together.</returns>
    /// <exception cref="MienException"><c>badSetting</c>, <c>badSettingsFile</c>.</exception>
    public static ServerOptions Read(
        IReadOnlyDictionary<string, string> flags,
        IReadOnlyDictionary<string, string> environment,
        string? file = null
    )
    {
        ArgumentNullException.ThrowIfNull(flags);
        ArgumentNullException.ThrowIfNull(environment);
        var options = new ServerOptions();
        Dictionary<string, string> stored = ReadFile(file ?? (File.Exists(DefaultFile) ? DefaultFile : null));
        foreach (ServerSetting setting in ServerSettings.All)
        {
            if (flags.TryGetValue(setting.Name, out string? value))
            {
                options = setting.Apply(options, value, setting.Flag);
            }
            else if (environment.TryGetValue(setting.EnvironmentVariable, out value) && value.Length > 0)
            {
                options = setting.Apply(options, value, setting.EnvironmentVariable);
            }
            else if (stored.TryGetValue(setting.Name, out value))
            {
                options = setting.Apply(options, value, $"{file ?? DefaultFile}: {Section}.{setting.Name}");
            }
        }

        return Check(options);
    }

    /// <summary>
    /// The environment's variables that begin as settings do and are none, such as a mistyped <c>MIEN_API_KEY</c>.
    /// </summary>
    /// <param name="environment">The environment's variables.</param>
    /// <returns>Their names, in order.</returns>
    public static IReadOnlyList<string> UnknownVariables(IReadOnlyDictionary<string, string> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return
        [
            .. environment
                .Keys.Where(k =>
                    k.StartsWith("MIEN_", StringComparison.Ordinal)
                    && !ServerSettings.All.Any(s => s.EnvironmentVariable == k)
                )
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Checks what two settings say together.</summary>
    /// <exception cref="MienException"><c>badSetting</c>.</exception>
    internal static ServerOptions Check(ServerOptions options)
    {
        string? wrong = options switch
        {
            _ when options.MaxImageBytes > options.MaxBodyBytes =>
                $"MaxImageBytes ({options.MaxImageBytes}) is more than MaxBodyBytes ({options.MaxBodyBytes}): "
                    + $"no request could hold such an image",
            _ when options.MaxBufferedBytes < options.MaxBodyBytes =>
                $"MaxBufferedBytes ({options.MaxBufferedBytes}) is less than MaxBodyBytes "
                    + $"({options.MaxBodyBytes}): the largest request would always be refused",
            _ when options.MaxFiles > options.QueueLength =>
                $"MaxFiles ({options.MaxFiles}) is more than QueueLength ({options.QueueLength}): such a "
                    + $"request would always be refused",
            _ => null,
        };
        return wrong is null
            ? options
            : throw new MienException(
                ErrorKind.BadUsage,
                "badSetting",
                $"The settings do not go together: {wrong}. Change one of the two."
            );
    }

    private static Dictionary<string, string> ReadFile(string? file)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (file is null)
        {
            return values;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(
                File.ReadAllBytes(file),
                new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip }
            );
            if (
                document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty(Section, out JsonElement section)
            )
            {
                return values; // another program's settings
            }

            if (section.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException($"'{Section}' is no object");
            }

            foreach (JsonProperty property in section.EnumerateObject())
            {
                ServerSetting setting =
                    ServerSettings.All.FirstOrDefault(s =>
                        s.Name.Equals(property.Name, StringComparison.OrdinalIgnoreCase)
                    )
                    ?? throw new MienException(
                        ErrorKind.BadUsage,
                        "badSetting",
                        $"{file}: {Section}.{property.Name} is no setting. 'mien serve --help' lists them."
                    );
                values[setting.Name] = Text(property.Value);
            }

            return values;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "badSettingsFile",
                $"{file}: the settings cannot be read ({e.Message}). Check the path and who may read it.",
                e
            );
        }
        catch (JsonException e)
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "badSettingsFile",
                $"{file}: is no JSON of settings ({e.Message}). Expected {{ \"{Section}\": {{ \"Port\": 8080 }} }}.",
                e
            );
        }
    }

    private static string Text(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(Text)),
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.True => "on",
            JsonValueKind.False => "off",
            _ => value.GetRawText(),
        };
}
