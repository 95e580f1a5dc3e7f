using System.Text.Json;

namespace Mien.Server;

/// <summary>
/// Reads the settings. Flags take precedence over environment variables, and those over the file. Thread-safe.
/// </summary>
internal static class ServerOptionsReader
{
    /// <summary>
    /// The settings file that is read from the current folder, if it exists and no other file is given.
    /// </summary>
    public const string DefaultFile = "appsettings.json";

    private const string Section = "Mien";

    /// <summary>Begins the variables of the workers, of which the service does not warn.</summary>
    private const string WorkersPrefix = "MIEN_NATS_";

    /// <summary>Variables of mien-lab and of the tests, of which the service does not warn.</summary>
    private static readonly string[] OtherVariables =
    [
        "MIEN_CHROMIUM",
        "MIEN_FER2013",
        "MIEN_REQUIRE",
        "MIEN_RUNS",
        "MIEN_TEACHER_CACHE",
    ];

    /// <summary>Reads the settings.</summary>
    /// <param name="flags">Values by <see cref="ServerSetting.Name"/>, as the command line gave them.</param>
    /// <param name="environment">The environment variables.</param>
    /// <param name="file">
    /// A JSON file whose section <c>Mien</c> has settings by their names; <see langword="null"/> reads
    /// <see cref="DefaultFile"/> if it exists.
    /// </param>
    /// <returns>Options that are in range and consistent with each other.</returns>
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
    /// Environment variables that begin with <c>MIEN_</c> but are no settings, such as a mistyped <c>MIEN_API_KEY</c>.
    /// </summary>
    /// <param name="environment">The environment variables.</param>
    /// <returns>Their names, sorted.</returns>
    public static IReadOnlyList<string> UnknownVariables(IReadOnlyDictionary<string, string> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return
        [
            .. environment
                .Keys.Where(k =>
                    k.StartsWith("MIEN_", StringComparison.Ordinal)
                    && !k.StartsWith(WorkersPrefix, StringComparison.Ordinal)
                    && !OtherVariables.Contains(k)
                    && !ServerSettings.All.Any(s => s.EnvironmentVariable == k)
                )
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Checks that no two settings contradict each other.</summary>
    /// <exception cref="MienException"><c>badSetting</c>.</exception>
    internal static ServerOptions Check(ServerOptions options)
    {
        string? wrong = options switch
        {
            _ when options.MaxImageBytes > options.MaxBodyBytes =>
                $"MaxImageBytes ({options.MaxImageBytes}) is greater than MaxBodyBytes ({options.MaxBodyBytes}): "
                    + $"no request can contain such an image",
            _ when options.MaxBufferedBytes < options.MaxBodyBytes =>
                $"MaxBufferedBytes ({options.MaxBufferedBytes}) is smaller than MaxBodyBytes "
                    + $"({options.MaxBodyBytes}): the largest request would always be refused",
            _ when options.MaxFiles > options.QueueLength =>
                $"MaxFiles ({options.MaxFiles}) is greater than QueueLength ({options.QueueLength}): "
                    + $"the queue has no room for all files of a request",
            _ => null,
        };
        return wrong is null
            ? options
            : throw new MienException(
                ErrorKind.BadUsage,
                "badSetting",
                $"Two settings contradict each other: {wrong}. Change one of them."
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
                return values; // the file belongs to another program
            }

            if (section.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException($"'{Section}' is not an object");
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
                        $"{file}: {Section}.{property.Name} is not a setting. 'mien serve --help' lists all settings."
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
                $"{file}: the settings cannot be read ({e.Message}). Check the path and the file's permissions.",
                e
            );
        }
        catch (JsonException e)
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "badSettingsFile",
                $"{file}: not a valid settings file ({e.Message}). Expected {{ \"{Section}\": {{ \"Port\": 8080 }} }}.",
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
