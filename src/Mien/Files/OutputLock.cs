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
    /// <summary>The name of the lock file in an output folder.</summary>
    public const string FolderLock = ".mien-lock";

    private const int MaxNameBytes = 200;
    private const int MaxTries = 100;

    private static readonly Lock Gate = new();
    private static readonly List<OutputLock> Own = [];

    private readonly List<Entry> entries = [];
    private readonly List<string> made = [];

    private OutputLock() { }

    /// <summary>
    /// The missing folders that were created for the lock; they are deleted again if they stay empty.
    /// </summary>
    public IReadOnlyList<string> MadeFolders => made;

    /// <summary>Locks outputs until the result is disposed. Missing folders are created.</summary>
    /// <param name="files">The files to lock; <see langword="null"/> entries are ignored.</param>
    /// <param name="folders">The folders to lock; <see langword="null"/> locks none.</param>
    /// <param name="share">
    /// The name of the part of the work that this run does, if runs of other parts may write to the same folders;
    /// <see langword="null"/> if none may.
    /// </param>
    /// <exception cref="MienException">
    /// <c>outputBusy</c>: another run writes to one of them; <c>cannotWrite</c>: a folder cannot be created.
    /// </exception>
    public static OutputLock Take(
        IEnumerable<string?> files,
        IEnumerable<string?>? folders = null,
        string? share = null
    )
    {
        string folderLock = share is null ? FolderLock : $"{FolderLock}-{share}";
        var taken = new OutputLock();
        try
        {
            foreach (string folder in (folders ?? []).OfType<string>())
            {
                taken.AddFolder(folder, folderLock);
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

    /// <summary>Keeps created folders even if they stay empty.</summary>
    public void Keep(IEnumerable<string?> folders)
    {
        foreach (string folder in folders.OfType<string>().Select(f => Path.GetFullPath(f)))
        {
            made.RemoveAll(m =>
                folder == m || folder.StartsWith(m + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            );
        }
    }

    /// <summary>Locks one folder with a lock file of a given name.</summary>
    /// <exception cref="MienException">As for <see cref="Take"/>.</exception>
    public static OutputLock TakeFolder(string folder, string lockName)
    {
        var taken = new OutputLock();
        taken.AddFolder(folder, lockName);
        return taken.Register();
    }

    /// <summary>
    /// Locks a file while it is written, unless this process already holds a lock for it or its folder.
    /// </summary>
    /// <returns>The lock; <see langword="null"/> if none is needed.</returns>
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

    /// <summary>Checks whether a folder is locked with a lock file of a given name.</summary>
    public static bool IsFolderLocked(string folder, string lockName)
    {
        try
        {
            // Shared with other readers, so that two concurrent checks do not block each other.
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
                Directory.Delete(folder); // deletes only empty folders
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
            return; // a folder in place of a file is reported when it is written
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
                continue; // the previous owner removed the file while it was being locked
            }

            LockOwner? owner = entry.Owner();
            if (owner is not null && entries.Exists(e => e.Token == owner.Token))
            {
                return; // this run names the output twice, perhaps through a link
            }

            string who = owner is null ? "another process" : $"another run, {owner},";
            throw new MienException(
                ErrorKind.BadUsage,
                "outputBusy",
                $"{shown}: {who} is writing to this {(entry.IsFolder ? "folder" : "file")}. Wait for it to end or "
                    + $"stop it, or use another {(entry.IsFolder ? "folder" : "file")}."
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

    /// <summary>An output with its lock file.</summary>
    /// <param name="Output">The full path of the file or folder.</param>
    /// <param name="IsFolder">Whether it is a folder.</param>
    /// <param name="File">The lock file.</param>
    private sealed record Entry(string Output, bool IsFolder, string File)
    {
        private FileStream? stream;

        /// <summary>The token in the lock file; <see langword="null"/> if nothing is locked.</summary>
        public string? Token { get; private set; }

        public bool Covers(string target) =>
            target == Output
            || (IsFolder && target.StartsWith(Output + Path.DirectorySeparatorChar, StringComparison.Ordinal));

        /// <summary>
        /// Tries to lock the output. If the system does not support locks here, the output is used without one.
        /// </summary>
        /// <param name="isBusy">Whether another process holds the lock.</param>
        /// <returns>Whether the output may be used; if <see langword="false"/> and not busy, try again.</returns>
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

            // The previous owner may have deleted the file after it was opened here and before it was locked. This lock
            // is then on a file without a name, and another process could lock a new file at the same path.
            if (LockOwner.Read(File) is { } read ? read.Token != owner.Token : !System.IO.File.Exists(File))
            {
                stream.Dispose();
                stream = null;
                return false;
            }

            Token = owner.Token;
            return true;
        }

        /// <summary>
        /// Reads the owner. Retries, because a process that has just taken the lock may still be writing the file.
        /// </summary>
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
                    System.IO.File.Delete(File); // while still locked, so that no other process's file is deleted
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
                // Other processes may read the owner; the file is deleted when the handle is closed.
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
                // Left by another user. A file that can be read can still be locked.
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
                return false; // for example a full disk; the lock is valid anyway
            }
        }
    }
}
