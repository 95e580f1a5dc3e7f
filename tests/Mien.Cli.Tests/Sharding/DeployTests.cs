using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>The files in <c>deploy</c>: that the systems accept them, and that the commands in them work.</summary>
public sealed class DeployTests : IDisposable
{
    private const int Photos = 12;

    private static readonly string Deploy = Path.Combine(Repository.Root, "deploy");
    private static readonly string Kubernetes = Path.Combine(Deploy, "kubernetes.yaml");
    private static readonly string Slurm = Path.Combine(Deploy, "slurm.sh");
    private static readonly string Aws = Path.Combine(Deploy, "aws-batch.json");
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Mien.Cli");

    private readonly TempFolder folder = new();

    public DeployTests()
    {
        for (int i = 0; i < Photos; i++)
        {
            folder.WriteFace(string.Create(CultureInfo.InvariantCulture, $"photos/{i}.png"), Expression.Anger);
        }

        Directory.CreateDirectory(folder["results"]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_schemas_of_Kubernetes_and_AWS_accept_the_files_and_no_others()
    {
        Assert.Equal("", CheckFiles(Kubernetes, Aws));

        string yaml = File.ReadAllText(Kubernetes);
        string json = File.ReadAllText(Aws);
        (string Yaml, string Json, string Error)[] wrong =
        [
            (yaml.Replace("completions:", "completion:"), json, "kubernetes.yaml.spec.completion: "),
            (yaml.Replace("completions: 100", "completions: many"), json, "\"type\":\"integer\""),
            (yaml.Replace("restartPolicy", "restartpolicy"), json, "restartpolicy: "),
            (yaml, json.Replace("\"attempts\": 3", "\"attempts\": \"3\""), "attempts: expected a number"),
            (yaml, json.Replace("\"image\"", "\"images\""), "images: expected a member of ContainerProperties"),
        ];
        Check.All(
            wrong,
            w =>
            {
                string kubernetes = folder.Write("k.yaml", w.Yaml);
                Assert.Contains(
                    w.Error,
                    CheckFiles(kubernetes, folder.Write("a.json", w.Json)),
                    StringComparison.Ordinal
                );
            }
        );
    }

    [Fact]
    public void Shellcheck_accepts_the_Slurm_script()
    {
        string? output = Execute("shellcheck", [Slurm]);
        if (output is null)
        {
            Requirements.Missing(
                Requirements.ShellCheck,
                "shellcheck was not found, so deploy/slurm.sh was not checked. Install it (apt-get install shellcheck)."
            );
        }

        Assert.Equal("", output);
    }

    [Fact]
    public void The_tasks_of_the_Slurm_script_label_every_photo_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Slurm runs on Unix.");
        Assert.Contains("#SBATCH --array=0-99\n", File.ReadAllText(Slurm), StringComparison.Ordinal);
        Directory.CreateDirectory(folder["bin"]);
        File.CreateSymbolicLink(folder["bin/mien"], Program);
        for (int i = 0; i < 3; i++)
        {
            string? output = Execute(
                "bash",
                [Slurm, folder["photos"], folder["results"]],
                ("PATH", $"{folder["bin"]}:{Environment.GetEnvironmentVariable("PATH")}"),
                ("SLURM_ARRAY_TASK_ID", i.ToString(CultureInfo.InvariantCulture)),
                ("SLURM_ARRAY_TASK_COUNT", "3"),
                ("SLURM_ARRAY_TASK_MIN", "0"),
                ("SLURM_ARRAY_TASK_MAX", "2"),
                ("SLURM_CPUS_PER_TASK", "1")
            );
            Assert.Equal("", output);
        }

        AssertAllLabelled(3);
    }

    [Fact]
    public void The_pods_of_the_Kubernetes_job_label_every_photo_once()
    {
        string[] lines = File.ReadAllLines(Kubernetes);
        string[] args =
        [
            .. lines
                .SkipWhile(l => l.Trim() != "args:")
                .Skip(1)
                .TakeWhile(l => l.TrimStart().StartsWith("- ", StringComparison.Ordinal))
                .Select(l => l.Trim()[2..].Trim('"')),
        ];
        Assert.Contains(lines, l => l.Contains("completions: 100 ", StringComparison.Ordinal));
        Assert.Contains("auto/100", args);

        AssertLabels(args, "JOB_COMPLETION_INDEX");
    }

    [Fact]
    public void The_jobs_of_the_AWS_Batch_definition_label_every_photo_once()
    {
        JsonElement definition = JsonDocument.Parse(File.ReadAllText(Aws)).RootElement;
        JsonElement parameters = definition.GetProperty("parameters");
        string[] args =
        [
            .. definition
                .GetProperty("containerProperties")
                .GetProperty("command")
                .EnumerateArray()
                .Select(a => a.GetString()!)
                .Select(a =>
                    a.StartsWith("Ref::", StringComparison.Ordinal)
                        ? parameters.GetProperty(a["Ref::".Length..]).GetString()!["/data".Length..]
                        : a
                ),
        ];

        AssertLabels(args, "AWS_BATCH_JOB_ARRAY_INDEX", ("AWS_BATCH_JOB_ARRAY_SIZE", "3"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(10_001)]
    public void A_list_is_split_as_the_shards_are(int count)
    {
        string[] names = [.. Enumerable.Range(0, 500).Select(i => $"b {i % 7}/ü{i}.jpg"), "u\u0308.jpg", "😀"];
        string list = folder.Write("photos.txt", "\ufeff" + string.Join("\r\n", names));
        string script = Path.Combine(Deploy, "split-list.py");
        string? output = OperatingSystem.IsWindows()
            ? null
            : Execute(
                "bash",
                ["-c", $"command -v python3 >&2 && python3 '{script}' {count} '{folder["to"]}' < '{list}'"]
            );
        if (output?.Contains("python3", StringComparison.Ordinal) != true)
        {
            Assert.Skip("python3 is missing.");
        }

        Assert.Equal(count, Directory.GetFiles(folder["to"]).Length);
        Check.All(
            names.GroupBy(n => Shard.Of(n, count)),
            g => Assert.Equal(g, File.ReadAllLines(folder[$"to/{new Shard(g.Key, count).Name}.txt"]))
        );
    }

    /// <summary>Runs a command line as three tasks, with its folders replaced by those of the test.</summary>
    private void AssertLabels(string[] args, string index, params (string Name, string Value)[] more)
    {
        for (int i = 0; i < 3; i++)
        {
            string? output = Execute(
                Program,
                [
                    .. args.Select(a =>
                        a == "auto/100" ? "auto/3"
                        : a[0] == '/' ? folder.Path + a
                        : a
                    ),
                ],
                [(index, i.ToString(CultureInfo.InvariantCulture)), .. more]
            );
            Assert.Equal("", output);
        }

        AssertAllLabelled(3);
    }

    private void AssertAllLabelled(int count)
    {
        string[] files = Directory.GetFiles(folder["results"]);
        Assert.Equal(count, files.Length);
        Assert.Equal(Photos, files.SelectMany(f => File.ReadLines(f).Skip(1)).Distinct().Count());
        Assert.Equal(Photos, files.Sum(f => File.ReadLines(f).Count() - 1));
    }

    /// <summary>Gives the errors of the schemas; empty if there are none.</summary>
    private static string CheckFiles(string kubernetes, string aws)
    {
        string checks = typeof(DeployTests)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(a => a.Key == "Deploy")
            .Value!;
        if (!File.Exists(Path.Combine(checks, "restored.stamp")))
        {
            Requirements.Missing(Requirements.Npm, "The schemas of Kubernetes and AWS are missing: npm fetches them.");
        }

        return Execute("node", [Path.Combine(checks, "check.mjs"), kubernetes, aws])
            ?? throw new InvalidOperationException("Node is missing.");
    }

    /// <summary>
    /// Runs a program; gives what it writes, and its exit code if that is not 0. <c>null</c> if there is no such
    /// program.
    /// </summary>
    private static string? Execute(string program, string[] args, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        try
        {
            using var process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd() + error.GetAwaiter().GetResult();
            process.WaitForExit();
            return process.ExitCode == ExitCodes.Done ? output : $"{output} exit code {process.ExitCode}";
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
