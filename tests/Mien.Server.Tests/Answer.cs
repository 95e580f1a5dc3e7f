using System.Net;
using System.Text.Json;

namespace Mien.Server.Tests;

/// <summary>Checks and reads responses.</summary>
internal static class Answer
{
    /// <summary>Checks that a request succeeded and returns the JSON of the response.</summary>
    public static async Task<JsonElement> JsonAsync(this Task<HttpResponseMessage> sent)
    {
        using HttpResponseMessage answer = await sent;
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode}: {text}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>
    /// Checks that a response is the expected problem with all members (RFC 9457) and returns its detail.
    /// </summary>
    public static async Task<string> ProblemAsync(
        this Task<HttpResponseMessage> sent,
        int status,
        string code,
        string root = ""
    )
    {
        using HttpResponseMessage answer = await sent;
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode}, expected {status}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        JsonElement problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(["type", "title", "status", "detail", "code"], problem.EnumerateObject().Select(p => p.Name));
        Assert.Equal(
            (status, code, $"{root}/docs#{code}"),
            (
                problem.GetProperty("status").GetInt32(),
                problem.GetProperty("code").GetString(),
                problem.GetProperty("type").GetString()
            )
        );
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.Equal(status is 503 or 429, answer.Headers.RetryAfter is not null);
        return problem.GetProperty("detail").GetString()!;
    }

    /// <summary>Waits until a condition holds.</summary>
    public static async Task UntilAsync(Func<bool> done)
    {
        while (!done())
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
