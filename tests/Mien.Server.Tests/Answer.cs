using System.Net;
using System.Text.Json;

namespace Mien.Server.Tests;

/// <summary>Reads answers.</summary>
internal static class Answer
{
    /// <summary>The JSON of an answer that succeeded.</summary>
    public static async Task<JsonElement> JsonAsync(this Task<HttpResponseMessage> sent)
    {
        using HttpResponseMessage answer = await sent;
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode}: {text}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>
    /// Checks that an answer is a problem of a kind, with all that RFC 9457 wants, and gives its detail.
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
        Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode} and not {status}: {text}");
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

    /// <summary>Waits for something that another thread does soon.</summary>
    public static async Task UntilAsync(Func<bool> done)
    {
        while (!done())
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
