using System.Text.RegularExpressions;

namespace Mien.Server.Tests;

/// <summary>The files for containers, as far as they can be tested without a Docker engine.</summary>
public sealed partial class ContainerTests
{
    private static readonly string[] Lines = Instructions(File.ReadAllText(Repository.PathOf("Dockerfile")));

    [Fact]
    public void The_image_has_two_stages_and_does_not_contain_the_SDK()
    {
        string[] stages = [.. Lines.Where(l => l.StartsWith("FROM ", StringComparison.Ordinal))];
        Assert.Equal(2, stages.Length);
        Assert.Matches("^FROM .+/sdk:10\\.0 AS build$", stages[0]);
        Assert.Matches("^FROM .+/aspnet:10\\.0$", stages[1]);
        Assert.Contains("COPY --from=build /app /app", Last());
    }

    [Fact]
    public void It_runs_as_an_unprivileged_user_and_checks_its_own_health()
    {
        Assert.Contains("USER $APP_UID", Last());
        Assert.True(
            Array.IndexOf(Last(), "USER $APP_UID")
                < Array.FindIndex(Last(), l => l.StartsWith("ENTRYPOINT", StringComparison.Ordinal))
        );
        Assert.Single(Last(), l => Regex.IsMatch(l, """^HEALTHCHECK .*CMD \["/app/mien", "serve", "--check"\]$"""));
        Assert.Contains("""ENTRYPOINT ["/app/mien", "serve"]""", Last());
        Assert.DoesNotContain(Last(), l => l.StartsWith("RUN ", StringComparison.Ordinal));
    }

    [Fact]
    public void Its_variables_are_valid_settings()
    {
        string env = Last().Single(l => l.StartsWith("ENV ", StringComparison.Ordinal));
        var variables = env["ENV ".Length..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(v => v.Split('='))
            .ToDictionary(v => v[0], v => v[1]);
        ServerOptions options = ServerOptionsReader.Read(new Dictionary<string, string>(), variables);

        Assert.Equal((System.Net.IPAddress.Any, 8080, true), (options.Address, options.Port, options.JsonLogs));
        Assert.Empty(ServerOptionsReader.UnknownVariables(variables));
        Assert.Contains("EXPOSE 8080", Last());
    }

    [Fact]
    public void The_build_stage_publishes_an_existing_project_and_copies_what_it_needs()
    {
        string publish = Lines.Single(l => l.StartsWith("RUN dotnet publish ", StringComparison.Ordinal));
        string project = publish.Split(' ')[3];
        Assert.True(Directory.Exists(Repository.PathOf(project)));
        string[] ignored =
        [
            .. File.ReadLines(Repository.PathOf(".dockerignore")).Where(l => l.Length > 0 && l[0] != '#'),
        ];
        Assert.DoesNotContain(ignored, i => i is "src" or "models" or "build" or "assets" or "LICENSE");
        Assert.Contains("**/obj", ignored);

        // What a project embeds from folders that are ignored must be an exception to that.
        var embedded = Check.NotEmpty(
            Directory
                .EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
                .SelectMany(file => EmbeddedFiles().Matches(File.ReadAllText(file)))
                .Select(match => match.Groups[1].Value)
        );
        Check.All(
            embedded.Where(file => ignored.Contains(file.Split('/')[0] + "/*") || ignored.Contains(file.Split('/')[0])),
            file => Assert.Contains("!" + file, ignored)
        );
        Assert.Contains(".git", ignored);
    }

    [Fact]
    public void Compose_keeps_the_file_system_read_only_and_the_port_on_this_machine()
    {
        string compose = File.ReadAllText(Repository.PathOf("compose.yaml"));
        Assert.Contains("read_only: true", compose, StringComparison.Ordinal);
        Assert.Contains("cap_drop: [ALL]", compose, StringComparison.Ordinal);
        Assert.Contains("no-new-privileges:true", compose, StringComparison.Ordinal);
        Assert.Contains("\"127.0.0.1:8080:8080\"", compose, StringComparison.Ordinal);
        Assert.DoesNotContain('\t', compose);
        Check.All(
            Regex.Matches(compose, "MIEN_[A-Z_]+").Select(m => m.Value),
            v => Assert.Contains(ServerSettings.All, s => s.EnvironmentVariable == v)
        );
    }

    private static string[] Last() =>
        Lines[Array.FindLastIndex(Lines, l => l.StartsWith("FROM ", StringComparison.Ordinal))..];

    /// <summary>The instructions, one per line, without comments.</summary>
    private static string[] Instructions(string text) =>
        [
            .. string.Join('\n', text.Split('\n').Where(l => !l.StartsWith('#')))
                .Replace("\\\n", " ", StringComparison.Ordinal)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        ];

    [GeneratedRegex(@"<EmbeddedResource\s+Include=""\.\./\.\./([^""*$]+)""")]
    private static partial Regex EmbeddedFiles();
}
