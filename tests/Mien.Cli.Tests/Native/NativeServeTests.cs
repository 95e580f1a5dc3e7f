using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>The web service in the native program.</summary>
public sealed partial class NativeServeTests
{
    [Fact]
    public async Task The_service_answers_and_ends_on_SIGTERM()
    {
        var start = new ProcessStartInfo(NativeProgramBuild.Program, ["serve", "--port", "0", "--model", "tiny"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        CancellationToken token = TestContext.Current.CancellationToken;
        using Process process = Process.Start(start)!;
        try
        {
            string line = await process.StandardOutput.ReadLineAsync(token) ?? "";
            Assert.StartsWith("Listening on http://127.0.0.1:", line, StringComparison.Ordinal);
            using var http = new HttpClient { BaseAddress = new Uri(Address().Match(line).Value) };

            // The page and its scripts are embedded files; the answer is written by converters that are compiled in.
            Assert.Contains("<html", await http.GetStringAsync("/", token), StringComparison.Ordinal);
            using var photo = new ByteArrayContent(
                await File.ReadAllBytesAsync(Repository.PathOf("samples/photo.jpg"), token)
            );
            using HttpResponseMessage answer = await http.PostAsync("/v1/faces", photo, token);
            JsonElement result = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(token)).RootElement;
            Assert.Equal(7, result.GetProperty("faces").GetArrayLength());
            Assert.Contains("mien_", await http.GetStringAsync("/metrics", token), StringComparison.Ordinal);

            using var text = new ByteArrayContent("no picture"u8.ToArray());
            using HttpResponseMessage refused = await http.PostAsync("/v1/faces", text, token);
            Assert.Equal(415, (int)refused.StatusCode); // no picture

            Interruption.Terminate(process);
            await process.WaitForExitAsync(token);
            Assert.Equal(ExitCodes.Done, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    [GeneratedRegex(@"http://[\d.:\w\[\]]+")]
    private static partial Regex Address();
}
