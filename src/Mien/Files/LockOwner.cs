using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Mien;

/// <summary>The process that holds an <see cref="OutputLock"/>, as written to the lock file. Immutable.</summary>
/// <param name="Token">A unique identifier of the lock.</param>
/// <param name="Process">The process id.</param>
/// <param name="Machine">The name of the machine.</param>
/// <param name="Since">The time at which it took the lock.</param>
/// <param name="Command">Its command line.</param>
internal sealed partial record LockOwner(
    string Token,
    int Process,
    string Machine,
    DateTimeOffset Since,
    string Command
)
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss zzz";
    private const int MaxCommand = 300;
    private const int MaxBytes = 4096;

    /// <summary>Creates a new owner for this process.</summary>
    public static LockOwner Self() =>
        new(
            Guid.NewGuid().ToString("N"),
            Environment.ProcessId,
            Environment.MachineName,
            DateTimeOffset.Now,
            CommandLine()
        );

    /// <summary>Formats the content of the lock file: one line per value.</summary>
    public string ToText() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Token}\n{Process}\n{Machine}\n{Since.ToString(TimeFormat, CultureInfo.InvariantCulture)}\n{Command}\n"
        );

    /// <summary>
    /// Formats the owner for messages, such as <c>process 12 ('mien predict a', since 2026-01-31 12:00:00)</c>.
    /// </summary>
    public override string ToString()
    {
        string machine = Machine == Environment.MachineName ? "" : $" on {Machine}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"process {Process}{machine} ('{Command}', since {Since.ToLocalTime():yyyy-MM-dd HH:mm:ss})"
        );
    }

    /// <summary>Reads a lock file, even while it is locked; <see langword="null"/> if it cannot be read.</summary>
    public static LockOwner? Read(string file)
    {
        try
        {
            using SafeFileHandle handle = OpenUnlocked(file);
            byte[] bytes = new byte[MaxBytes];
            int count = RandomAccess.Read(handle, bytes, 0);
            string[] lines = Encoding.UTF8.GetString(bytes, 0, count).Split('\n');
            return
                lines.Length > 4
                && int.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out int process)
                && DateTimeOffset.TryParseExact(
                    lines[3],
                    TimeFormat,
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out DateTimeOffset since
                )
                ? new LockOwner(lines[0], process, lines[2], since, lines[4])
                : null;
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or NotSupportedException
                        or DllNotFoundException
                        or EntryPointNotFoundException
            )
        {
            return null;
        }
    }

    /// <summary>
    /// On Unix, .NET requests a shared lock for every file that it opens, which fails for a locked file. The native
    /// open function avoids that.
    /// </summary>
    private static SafeFileHandle OpenUnlocked(string file)
    {
        if (OperatingSystem.IsWindows())
        {
            return File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }

        const int readOnly = 0;
        return new SafeFileHandle(OpenFile(file, readOnly), ownsHandle: true) is { IsInvalid: false } handle
            ? handle
            : throw new IOException($"{file} cannot be opened.");
    }

    private static string CommandLine()
    {
        string[] words = Environment.GetCommandLineArgs();
        if (words.Length > 0)
        {
            string program = Name(Environment.ProcessPath ?? words[0]);
            words[0] = program == "dotnet" ? Name(words[0]) : program;
        }

        string line = string.Join(' ', words).ReplaceLineEndings(" ");
        return line.Length <= MaxCommand ? line : line[..MaxCommand] + "...";
    }

    /// <summary>A program's name; not every dot in it begins an extension.</summary>
    private static string Name(string path) =>
        Path.GetExtension(path) is ".exe" or ".dll" ? Path.GetFileNameWithoutExtension(path) : Path.GetFileName(path);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenFile(string path, int flags);
}
