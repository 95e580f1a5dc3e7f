using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// The options of predict that decide about the results. <c>mien enqueue</c> takes them, and they travel with the job
/// as text; a worker parses them again. The model travels as the SHA-256 of its file and never as a path, so that a job
/// cannot make a worker read a file.
/// </summary>
internal sealed class JobOptions
{
    private readonly ModelArguments model = new("photo");
    private readonly PhotoArguments photos = new();

    /// <summary>The options that travel as text.</summary>
    private IEnumerable<Option> Carried =>
        [.. model.Network.Where(o => o != model.Model), .. model.Detection.All, .. photos.Faces, .. photos.Limits];

    /// <summary>Adds the options to <c>mien enqueue</c>, in the groups of its help.</summary>
    public void AddTo(Command command)
    {
        command.AddSection("Model", model.Network);
        command.AddSection("Face detection", [.. model.Detection.All, .. photos.Faces]);
        command.AddSection("Limits of images", photos.Limits);
        command.Validators.Add(photos.Check);
    }

    /// <summary>The options of a parsed command line.</summary>
    /// <exception cref="UsageException">A value is invalid.</exception>
    public JobSettings SettingsOf(ParseResult parsed) =>
        new(model.Of(parsed) with { Limits = photos.LimitsOf(parsed) }, photos.OptionsOf(parsed));

    /// <summary>The given options as text, in the order of the help, so that equal options are equal texts.</summary>
    public IReadOnlyList<string> ToArguments(ParseResult parsed)
    {
        var arguments = new List<string>();
        foreach (Option option in Carried)
        {
            if (parsed.GetResult(option) is not { Implicit: false } given)
            {
                continue;
            }

            if (given.Tokens.Count == 0)
            {
                arguments.Add(option.Name);
            }

            // One word, because a value may begin with a dash.
            arguments.AddRange(given.Tokens.Select(t => $"{option.Name}={t.Value}"));
        }

        return arguments;
    }

    /// <summary>Parses the options of a job, which anyone who can write to the queue has chosen.</summary>
    /// <returns>The settings, without a model.</returns>
    /// <exception cref="UsageException">An option is unknown, or a value is invalid.</exception>
    public static JobSettings Parse(IEnumerable<string> arguments)
    {
        var options = new JobOptions();
        var command = new Command("job");
        foreach (Option option in options.Carried)
        {
            command.Add(option);
        }

        command.Validators.Add(options.photos.Check);

        // Without response files, which would make the parser read a file that the job names.
        ParseResult parsed = command.Parse(
            [.. arguments],
            new ParserConfiguration { ResponseFileTokenReplacer = null }
        );
        return parsed.Errors is [var error, ..]
            ? throw new UsageException(error.Message.TrimEnd('.') + ".")
            : options.SettingsOf(parsed);
    }
}

/// <summary>How the photos of a job are processed.</summary>
/// <param name="Recognizer">Model, detector and limits.</param>
/// <param name="Options">Options per photo, such as given boxes.</param>
internal sealed record JobSettings(RecognizerOptions Recognizer, RecognitionOptions Options);
