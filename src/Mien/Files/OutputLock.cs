using System.Security.Cryptography;
using System.Text;

namespace Mien;

/// <summary>
/// Keeps output files and folders for one run: a second run that wants to write there is refused. The system locks a
/// small hidden file beside each output file and in each output folder, and takes the lock away when the process ends,
/// however it ends. The file is removed at the end; one that a killed process left has no lock and blocks nobody.
/// <para>
/// Not the output itself is locked: on Unix no other .NET program could then read it while it grows. An output behind a
/// link is locked where it lies. Devices and pipes are not locked, nor is anything in a folder where no file can be
/// made. Two hard links to one file count as two files.
/// </para>
/// Thread-safe, but for <see cref="Dispose"/>.
/// </summary>
internal sealed class OutputLock : IDisposable
{
    /// <summary>The lock file's name in an output folder.</summary>
    public const string FolderLock = ".mien-lock";

    private const int MaxNameBytes = 200;
    private const int MaxTries = 100;

    private static readonly Lock Gate = new();
    private static readonly List<OutputLock> Own = [];

    private readonly List<Entry> entries = [];
    private readonly List<string> made = [];

    private OutputLock() { }

    /// <summary>Folders that were missing and were made for the lock; removed again if they stay empty.</summary>
    public IReadOnlyList<string> MadeFolders => made;

    /// <summary>Locks outputs until the result is disposed of. Missing folders are made.</summary>
    /// <param name="files">Files; <see langword="null"/>: none.</param>
    /// <param name="folders">Folders; <see langword="null"/>: none.</param>
    /// <exception cref="MienException">
    /// <c>outputBusy</c>: another run writes there; <c>cannotWrite</c>: a folder cannot be made.
    /// </exception>
    public static OutputLock Take(IEnumerable<string?> files, IEnumerable<string?>? folders = null)
    {
        var taken = new OutputLock();
        try
        {
            foreach (string folder in (folders ?? []).OfType<string>())
            {
                taken.AddFolder(folder, FolderLock);
            }

            foreach (string file in files.OfType<string>())
            {
                taken.AddFile(file);
            }
        }
        catch
        {
            taken.Dispose();
            throw;
        }

        return taken.Register();
    }

    /// <summary>Leaves folders where they are even if nothing is written into them.</summary>
    public void Keep(IEnumerable<string?> folders)
    {
        foreach (string folder in folders.OfType<string>().Select(f => Path.GetFullPath(f)))
        {
            made.RemoveAll(m =>
                folder == m || folder.StartsWith(m + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            );
        }
    }

    /// <summary>Locks one folder by a lock file of a given name.</summary>
    /// <exception cref="MienException">As for <see cref="Take"/>.</exception>
    public static OutputLock TakeFolder(string folder, string lockName)
    {
        var taken = new OutputLock();
        taken.AddFolder(folder, lockName);
        return taken.Register();
    }

    /// <summary>
    /// Locks a file while it is written, unless this process has locked it, or its folder, for longer.
    /// </summary>
    /// <returns>The lock; <see langword="null"/>: none is needed.</returns>
    /// <exception cref="MienException"><c>outputBusy</c>, <c>cannotWrite</c>.</exception>
    public static OutputLock? TakeUnlessOwn(string file)
    {
        string target = PartFile.Target(file);
        lock (Gate)
        {
            if (Own.Exists(l => l.entries.Exists(e => e.Covers(target))))
            {
                return null;
            }
        }

        return Take([file]);
    }

    /// <summary>Whether a folder is locked by a lock file of a given name.</summary>
    public static bool IsFolderLocked(string folder, string lockName)
    {
        try
        {
            // Shared with other readers, so that two who ask do not see each other.
            using var free = new FileStream(
                Path.Combine(folder, lockName),
                FileMode.Open,
                FileAccess.Read,
                FileShare.Read | FileShare.Delete
            );
            return false;
        }
        catch (IOException e)
        {
            return IsLocked(e);
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            Own.Remove(this);
        }

        foreach (Entry entry in entries)
        {
            entry.Release();
        }

        entries.Clear();
        foreach (string folder in Enumerable.Reverse(made))
        {
            try
            {
                Directory.Delete(folder); // Only if it is empty: the run made nothing.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
        }

        made.Clear();
    }

    private OutputLock Register()
    {
        lock (Gate)
        {
            Own.Add(this);
        }

        return this;
    }

    private void AddFile(string path)
    {
        string target = PartFile.Target(path);
        if (PartFile.IsDevice(target) || Directory.Exists(target))
        {
            return; // A folder is an error of its own, told where it is written.
        }

        string folder = Path.GetDirectoryName(target)!;
        string name = Path.GetFileName(target);
        if (Encoding.UTF8.GetByteCount(name) > MaxNameBytes)
        {
            name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        }

        Make(folder, path);
        Add(new Entry(target, IsFolder: false, Path.Combine(folder, $".{name}{FolderLock}")), path);
    }

    private void AddFolder(string path, string lockName)
    {
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        Make(folder, path);
        Add(new Entry(folder, IsFolder: true, Path.Combine(folder, lockName)), path);
    }

    private void Add(Entry entry, string shown)
    {
        for (int tries = 0; tries < MaxTries && !entry.TryLock(out bool isBusy); tries++)
        {
            if (!isBusy)
            {
                continue; // Its last owner removed it in the moment in which it was locked.
            }

            LockOwner? owner = entry.Owner();
            if (owner is not null && entries.Exists(e => e.Token == owner.Token))
            {
                return; // Named twice by this run, perhaps through a link.
            }

            string who = owner is null ? "another process" : $"another run, {owner},";
            throw new MienException(
                ErrorKind.BadUsage,
                "outputBusy",
                $"{shown}: {who} writes {(entry.IsFolder ? "into this folder" : "this file")}. Wait for it or stop it, "
                    + $"or name another {(entry.IsFolder ? "folder" : "file")}."
            );
        }

        entries.Add(entry);
    }

    private void Make(string folder, string shown)
    {
        var missing = new Stack<string>();
        for (string? up = folder; up is not null && !Directory.Exists(up); up = Path.GetDirectoryName(up))
        {
            missing.Push(up);
        }

        if (missing.Count == 0)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (OutputFile.Error(shown, e) is { } error)
        {
            throw error;
        }

        made.AddRange(missing);
    }

    private static bool IsLocked(IOException e) =>
        e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException)
        && (
            OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) is 32 or 33
            : OperatingSystem.IsLinux() ? e.HResult == 11
            : e.HResult == 35
        );

    /// <summary>An output and its lock file.</summary>
    /// <param name="Output">The full path of the file or folder.</param>
    /// <param name="IsFolder">Whether it is a folder.</param>
    /// <param name="File">The lock file.</param>
    private sealed record Entry(string Output, bool IsFolder, string File)
    {
        private FileStream? stream;

        /// <summary>What stands in the lock file; <see langword="null"/>: nothing is locked.</summary>
        public string? Token { get; private set; }

        public bool Covers(string target) =>
            target == Output
            || (IsFolder && target.StartsWith(Output + Path.DirectorySeparatorChar, StringComparison.Ordinal));

        /// <summary>Tries to lock; where the system cannot, there is no lock.</summary>
        /// <param name="isBusy">Whether another one has it.</param>
        /// <returns>Whether it may be used; <see langword="false"/> and not busy: try once more.</returns>
        public bool TryLock(out bool isBusy)
        {
            isBusy = false;
            try
            {
                stream = Open();
            }
            catch (IOException e)
            {
                isBusy = IsLocked(e);
                return !isBusy;
            }
            catch (UnauthorizedAccessException)
            {
                return true;
            }

            var owner = LockOwner.Self();
            if (!Write(owner) || OperatingSystem.IsWindows())
            {
                return true;
            }

            // The one who had it before may have removed the file between the opening and the locking of it: then this
            // lock is of a file without a name, and the next one would lock a new file beside it.
            if (LockOwner.Read(File) is { } read ? read.Token != owner.Token : !System.IO.File.Exists(File))
            {
                stream.Dispose();
                stream = null;
                return false;
            }

            Token = owner.Token;
            return true;
        }

        /// <summary>Who has it; whoever has just taken it may still be writing who it is.</summary>
        public LockOwner? Owner()
        {
            LockOwner? owner = null;
            for (int i = 0; i < 10 && (owner = LockOwner.Read(File)) is null; i++)
            {
                Thread.Sleep(10);
            }

            return owner;
        }

        public void Release()
        {
            if (stream is null)
            {
                return;
            }

            try
            {
                if (!OperatingSystem.IsWindows())
                {
                    System.IO.File.Delete(File); // Still locked, so that nobody else's is removed.
                }

                stream.Dispose();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                stream.Dispose();
            }

            stream = null;
        }

        private FileStream Open()
        {
            if (OperatingSystem.IsWindows())
            {
                // Whoever is refused may read who has it; the file goes with the handle.
                return new FileStream(
                    File,
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.Read,
                    1,
                    FileOptions.DeleteOnClose
                );
            }

            try
            {
                return new FileStream(File, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            }
            catch (UnauthorizedAccessException) when (System.IO.File.Exists(File))
            {
                // Left by another user: a file that can be read can be locked.
                return new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.None, 1);
            }
        }

        private bool Write(LockOwner owner)
        {
            try
            {
                stream!.SetLength(0);
                stream.Write(Encoding.UTF8.GetBytes(owner.ToText()));
                stream.Flush();
                Token = owner.Token;
                return true;
            }
            catch (Exception e) when (e is IOException or NotSupportedException or UnauthorizedAccessException)
            {
                return false; // A full disk: it is locked all the same.
            }
        }
    }
}
