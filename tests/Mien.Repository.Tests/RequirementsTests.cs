namespace Mien.Repository.Tests;

/// <summary>What must be there for the tests is said by MIEN_REQUIRE, and by nothing else.</summary>
public sealed class RequirementsTests
{
    [Fact]
    public void The_variable_of_this_run_names_only_what_is_known() =>
        _ = Requirements.Read(Environment.GetEnvironmentVariable(Requirements.Variable));

    [Fact]
    public void A_list_is_read_and_all_is_everything()
    {
        Assert.Empty(Requirements.Read(null));
        Assert.Empty(Requirements.Read(""));
        Assert.Equal(["fer2013", "npm"], Requirements.Read(" npm ,fer2013").Order(StringComparer.Ordinal));
        Assert.Equal(Requirements.Names.Order(), Requirements.Read("npm,all").Order());
    }

    [Fact]
    public void An_unknown_name_is_an_error_that_lists_the_known_ones()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Requirements.Read("photos,fotos"));
        Assert.Equal(
            "MIEN_REQUIRE contains 'fotos', expected a comma-separated list of "
                + "fer2013, photos, chromium, ffmpeg, shellcheck, nats, npm, nativeaot, python; or all.",
            error.Message
        );
    }

    [Fact]
    public void Contributors_read_every_name_and_CI_sets_known_ones()
    {
        string contributing = File.ReadAllText(Testing.Repository.PathOf("CONTRIBUTING.md"));
        Check.All(Requirements.Names, name => Assert.Contains($"`{name}`", contributing, StringComparison.Ordinal));

        string prefix = $"export {Requirements.Variable}=\"${{{Requirements.Variable}-";
        string line = File.ReadLines(Testing.Repository.PathOf(".ci/run"))
            .Single(l => l.StartsWith(prefix, StringComparison.Ordinal));
        Assert.NotEmpty(Requirements.Read(line[prefix.Length..].TrimEnd('"', '}')));
    }

    [Fact]
    public void No_test_asks_whether_it_runs_on_CI()
    {
        string asked = "GetEnvironmentVariable(\"" + "CI\")";
        var found = Check.NotEmpty(SourceFile.CSharp).Where(f => f.Text.Contains(asked, StringComparison.Ordinal));
        Assert.Empty(found);
    }
}
