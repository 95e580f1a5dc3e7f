using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Mien.CommandLine;

/// <summary>
/// The output of a command and its capabilities: standard output for results, standard error for everything else
/// (progress, warnings, errors). Commands get it from <see cref="Of"/> and never use <see cref="System.Console"/>, so
/// that tests can run them in parallel. As thread-safe as its two writers.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The writers that it wraps belong to its creator.")]
internal sealed class CommandConsole
{
    /// <summary>The width in columns if the output is not a terminal: 100.</summary>
    public const int WidthWithoutTerminal = 100;

    private readonly int? fixedWidth;
    private readonly TerminalWriter output;
    private readonly TerminalWriter error;

    /// <summary>
    /// Creates a console from two writers. By default neither is a terminal, and it shows Unicode without colours.
    /// </summary>
    /// <param name="output">For results. Not disposed by this object.</param>
    /// <param name="error">For progress, warnings and errors. Not disposed by this object.</param>
    /// <param name="width">
    /// The width in columns; <c>null</c> uses that of the terminal, or <see cref="WidthWithoutTerminal"/> without one.
    /// </param>
    public CommandConsole(TextWriter output, TextWriter error, int? width = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        this.output = new TerminalWriter(output, () => OutIsTerminal, lineByLine: false);
        this.error = new TerminalWriter(error, () => true, lineByLine: true);
        fixedWidth = width;
    }

    /// <summary>
    /// The writer for results. On a terminal, control characters are made visible; a file or a pipe gets the text as it
    /// is.
    /// </summary>
    public TextWriter Out => output;

    /// <summary>
    /// The writer for progress, warnings and errors, which are for people: control characters are always made visible.
    /// A line has no line end inside; write a text of several lines with <see cref="TextWriter.Write(string)"/>.
    /// </summary>
    public TextWriter Error => error;

    /// <summary>Whether <see cref="Out"/> is a terminal.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>
    /// Whether <see cref="Error"/> is a terminal that supports carriage returns, for live progress.
    /// </summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Whether <see cref="Out"/> can show non-ASCII characters.</summary>
    public bool Unicode { get; init; } = true;

    /// <summary>
    /// Whether <see cref="Out"/> shows colours; never if <c>NO_COLOR</c> is set (https://no-color.org).
    /// </summary>
    public bool Color { get; init; }

    /// <summary>The current width in columns, at least 20.</summary>
    public int Width =>
        Math.Max(20, fixedWidth ?? (OutIsTerminal || ErrorIsTerminal ? TerminalWidth() : WidthWithoutTerminal));

    /// <summary>The console of the running command.</summary>
    /// <param name="result">The parse result that the command's action received.</param>
    /// <returns>
    /// The console of <see cref="ConsoleProgram"/>, or outside of it a new one from the two writers of the invocation.
    /// </returns>
    public static CommandConsole Of(ParseResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        InvocationConfiguration invocation = result.InvocationConfiguration;
        return (invocation as ConsoleInvocation)?.Console ?? new CommandConsole(invocation.Output, invocation.Error);
    }

    /// <summary>
    /// Creates the console of this process. The encoding is UTF-8 without a byte order mark, except on a terminal whose
    /// locale uses another one. If the output is not a terminal, it is buffered: flush <see cref="Out"/> if a reader
    /// waits for it.
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
        var error = new StreamWriter(new StandardErrorStream(), errorIsTerminal ? terminal : utf8) { AutoFlush = true };
        bool noColor = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new CommandConsole(output, error)
        {
            OutIsTerminal = outIsTerminal,
            ErrorIsTerminal = errorIsTerminal && !dumb,
            Unicode = outEncoding.CodePage == Encoding.UTF8.CodePage,
            Color = outIsTerminal && !noColor && !dumb && AnsiConsole.Profile.Capabilities.Ansi,
        };
    }

    /// <summary>Writes a Spectre.Console object such as a table to <see cref="Out"/>.</summary>
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

    /// <summary>Writes a text to <see cref="Out"/>, in bold if the console shows colours.</summary>
    /// <param name="text">The text.</param>
    public void WriteBold(string text)
    {
        if (Color)
        {
            output.WriteControl($"\e[1m{TerminalText.Escape(text)}\e[0m");
        }
        else
        {
            output.Write(text);
        }
    }

    /// <summary>Writes to <see cref="Error"/> what tells the terminal something, such as a carriage return.</summary>
    /// <param name="text">Control characters, and texts in which they were made visible.</param>
    public void ErrorControl(string text) => error.WriteControl(text);

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
            // There is no console, as in a service, so the encoding does not matter.
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

    private sealed class ControlWriter(TerminalWriter writer) : TextWriter(writer.FormatProvider)
    {
        public override Encoding Encoding => writer.Encoding;

        public override void Write(char value) => writer.WriteControl(value.ToString());

        public override void Write(string? value) => writer.WriteControl(value ?? "");

        public override void Flush() => writer.Flush();
    }

    private sealed class SpectreOutput(CommandConsole console) : IAnsiConsoleOutput
    {
        /// <summary>Spectre.Console writes escape codes; <see cref="ConsoleTable"/> makes others visible.</summary>
        public TextWriter Writer { get; } = new ControlWriter(console.output);

        public bool IsTerminal => console.OutIsTerminal;

        public int Width => console.Width;

        public int Height => 24;

        public void SetEncoding(Encoding encoding) { }
    }
}
