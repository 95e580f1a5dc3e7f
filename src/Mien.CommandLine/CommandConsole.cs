using System.CommandLine;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Mien.CommandLine;

/// <summary>
/// Where a command writes, and what that place can show: standard output for results, standard error for everything
/// else (progress, warnings, errors). Commands get it from <see cref="Of"/> and never touch
/// <see cref="System.Console"/>, so that tests can run them side by side. Its members may be used from several threads
/// as far as the two writers allow it.
/// </summary>
internal sealed class CommandConsole
{
    /// <summary>The width in columns that is used where the output is no terminal: 100.</summary>
    public const int WidthWithoutTerminal = 100;

    private readonly int? fixedWidth;

    /// <summary>
    /// Creates a console over any two writers; by default neither counts as a terminal, without colours, in Unicode.
    /// </summary>
    /// <param name="output">For results. Not disposed by this object.</param>
    /// <param name="error">For progress, warnings and errors. Not disposed by this object.</param>
    /// <param name="width">
    /// The width in columns, or <c>null</c>: the terminal's, else <see cref="WidthWithoutTerminal"/>.
    /// </param>
    public CommandConsole(TextWriter output, TextWriter error, int? width = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        Out = output;
        Error = error;
        fixedWidth = width;
    }

    /// <summary>Results go here.</summary>
    public TextWriter Out { get; }

    /// <summary>Progress, warnings and errors go here.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether a person sees <see cref="Out"/> directly.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>
    /// Whether a person sees <see cref="Error"/> directly, in a terminal that can return to the start of a line.
    /// </summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Whether <see cref="Out"/> can show characters outside ASCII.</summary>
    public bool Unicode { get; init; } = true;

    /// <summary>
    /// Whether <see cref="Out"/> shows colours. Never where <c>NO_COLOR</c> is set (https://no-color.org).
    /// </summary>
    public bool Color { get; init; }

    /// <summary>The width in columns at this moment; at least 20.</summary>
    public int Width =>
        Math.Max(20, fixedWidth ?? (OutIsTerminal || ErrorIsTerminal ? TerminalWidth() : WidthWithoutTerminal));

    /// <summary>The console of the command that runs.</summary>
    /// <param name="result">What the command's action was given.</param>
    /// <returns>
    /// The console that <see cref="ConsoleProgram"/> runs with; else one over the invocation's two writers.
    /// </returns>
    public static CommandConsole Of(ParseResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        InvocationConfiguration invocation = result.InvocationConfiguration;
        return (invocation as ConsoleInvocation)?.Console ?? new CommandConsole(invocation.Output, invocation.Error);
    }

    /// <summary>
    /// The console of this process, in UTF-8 without a byte order mark; only a terminal whose locale names another
    /// encoding keeps that one. Output that is no terminal is buffered: flush <see cref="Out"/> where a reader waits.
    /// </summary>
    /// <returns>A new console; its writers live as long as the process.</returns>
    public static CommandConsole ForProcess()
    {
        bool outIsTerminal = !System.Console.IsOutputRedirected;
        bool errorIsTerminal = !System.Console.IsErrorRedirected;
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Encoding terminal = TerminalEncoding(utf8);
        Encoding outEncoding = outIsTerminal ? terminal : utf8;
        bool dumb = Environment.GetEnvironmentVariable("TERM") == "dumb";

        var output = new StreamWriter(StandardOutputStream.Open(), outEncoding, bufferSize: 16 * 1024)
        {
            AutoFlush = outIsTerminal,
        };
        var error = new StreamWriter(System.Console.OpenStandardError(), errorIsTerminal ? terminal : utf8)
        {
            AutoFlush = true,
        };
        bool noColor = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new CommandConsole(output, error)
        {
            OutIsTerminal = outIsTerminal,
            ErrorIsTerminal = errorIsTerminal && !dumb,
            Unicode = outEncoding.CodePage == Encoding.UTF8.CodePage,
            Color = outIsTerminal && !noColor && !dumb && AnsiConsole.Profile.Capabilities.Ansi,
        };
    }

    /// <summary>Writes a table, a chart or anything else of Spectre.Console to <see cref="Out"/>.</summary>
    /// <param name="renderable">What to draw.</param>
    public void Write(IRenderable renderable)
    {
        ArgumentNullException.ThrowIfNull(renderable);
        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = Color ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = Color ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new SpectreOutput(this),
            }
        );
        console.Profile.Capabilities.Unicode = Unicode;
        console.Write(renderable);
    }

    /// <summary>A text in bold, where colours are shown; else as it is.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text with or without escape codes.</returns>
    public string Bold(string text) => Color ? $"\e[1m{text}\e[0m" : text;

    private static Encoding TerminalEncoding(Encoding utf8)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                System.Console.OutputEncoding = utf8;
            }

            Encoding encoding = System.Console.OutputEncoding;
            return encoding.CodePage == utf8.CodePage ? utf8 : encoding;
        }
        catch (IOException)
        {
            // No console at all, such as in a service: nothing is shown, so nothing is lost.
            return utf8;
        }
    }

    private static int TerminalWidth()
    {
        try
        {
            return System.Console.WindowWidth is > 0 and int width ? width : WidthWithoutTerminal;
        }
        catch (Exception e) when (e is IOException or PlatformNotSupportedException)
        {
            return WidthWithoutTerminal;
        }
    }

    private sealed class SpectreOutput(CommandConsole console) : IAnsiConsoleOutput
    {
        public TextWriter Writer => console.Out;

        public bool IsTerminal => console.OutIsTerminal;

        public int Width => console.Width;

        public int Height => 24;

        public void SetEncoding(Encoding encoding) { }
    }
}
