namespace Mien.Server;

/// <summary>
/// One setting of the service: its names in a file, in the environment and on the command line. Immutable.
/// </summary>
internal sealed class ServerSetting
{
    private readonly Func<ServerOptions, string, ServerOptions> apply;

    internal ServerSetting(
        string name,
        string values,
        string defaultValue,
        string help,
        Func<ServerOptions, string, ServerOptions> apply
    )
    {
        Name = name;
        Values = values;
        Default = defaultValue;
        Help = help;
        this.apply = apply;
        string words = string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? "-" + c : c.ToString()))
            .ToLowerInvariant();
        Flag = "--" + words;
        EnvironmentVariable = "MIEN_" + words.Replace('-', '_').ToUpperInvariant();
    }

    /// <summary>The name in the section <c>Mien</c> of a settings file, such as <c>MaxBodyBytes</c>.</summary>
    public string Name { get; }

    /// <summary>The flag of <c>mien serve</c>, such as <c>--max-body-bytes</c>.</summary>
    public string Flag { get; }

    /// <summary>The environment variable, such as <c>MIEN_MAX_BODY_BYTES</c>.</summary>
    public string EnvironmentVariable { get; }

    /// <summary>What a value looks like, such as <c>N[K|M|G]</c>.</summary>
    public string Values { get; }

    /// <summary>The default value as text; empty if there is none.</summary>
    public string Default { get; }

    /// <summary>What the setting does, in one sentence.</summary>
    public string Help { get; }

    /// <summary>Whether it cannot be given as a flag, because other users of the machine can see flags.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Parses a value and sets it.</summary>
    /// <param name="options">The options to change.</param>
    /// <param name="value">The text.</param>
    /// <param name="source">Where the value comes from, for error messages.</param>
    /// <exception cref="MienException"><c>badSetting</c>.</exception>
    internal ServerOptions Apply(ServerOptions options, string value, string source)
    {
        try
        {
            return apply(options, value.Trim());
        }
        catch (FormatException e)
        {
            string found = IsSecret ? "cannot be used" : $"is '{value}'";
            throw new MienException(ErrorKind.BadUsage, "badSetting", $"{source} {found}, expected {e.Message}.", e);
        }
    }
}
