using System.Buffers.Binary;

namespace Mien.Video;

/// <summary>Checks and deletes the file of a film. Thread-safe.</summary>
internal static class FilmFile
{
    /// <summary>
    /// Whether the boxes of an MP4 file end where it ends, with the index before the data, as players that download it
    /// need it.
    /// </summary>
    public static bool IsComplete(string path)
    {
        try
        {
            using var file = new FileStream(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                bufferSize: 0
            );
            Span<byte> head = stackalloc byte[16];
            bool hasIndex = false;
            bool hasData = false;
            long at = 0;
            while (at + 8 <= file.Length)
            {
                file.Position = at;
                int read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
                long length = BinaryPrimitives.ReadUInt32BigEndian(head);
                if (length == 1 && read == head.Length)
                {
                    length = BinaryPrimitives.ReadInt64BigEndian(head[8..]);
                }

                if (length < 8)
                {
                    return false;
                }

                ReadOnlySpan<byte> type = head[4..8];
                hasIndex |= type.SequenceEqual("moov"u8);
                hasData |= hasIndex && type.SequenceEqual("mdat"u8);
                at += length;
            }

            return hasData && at == file.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Deletes an unfinished film; a device stays.</summary>
    public static void Delete(string path)
    {
        try
        {
            if (File.Exists(path) && SpecialFile.KindOf(path) is null)
            {
                File.Delete(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What ended the film is the error to report.
        }
    }
}
