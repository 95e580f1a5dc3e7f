namespace Mien.Data;

/// <summary>
/// Splits a stream of bytes into lines without creating strings. Accepts LF or CRLF and a last line without a line
/// break; drops a UTF-8 byte order mark. A line is a view into the buffer, valid until the next call.
/// </summary>
internal sealed class LineReader(Stream stream, string label, string path)
{
    // A row of a 2048×2048 image is 16 MB. Longer lines are not text; the limit bounds the memory for foreign files.
    private const int MaxLine = 32 * 1024 * 1024;

    private byte[] buffer = new byte[512 * 1024];
    private int start;
    private int end;
    private bool ended;

    /// <summary>The number of the last line that was read, counted from 1.</summary>
    public long Line { get; private set; }

    /// <summary>The number of bytes read from the stream so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Reads the next line, without its line break.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            int found = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n');
            if (found >= 0 || (ended && start < end))
            {
                int length = found >= 0 ? searched + found : end - start;
                line = buffer.AsSpan(start, length);
                start += found >= 0 ? length + 1 : length;
                Line++;
                if (line is [.., (byte)'\r'])
                {
                    line = line[..^1];
                }

                if (Line == 1 && line is [0xEF, 0xBB, 0xBF, ..])
                {
                    line = line[3..];
                }

                return true;
            }

            if (ended)
            {
                line = default;
                return false;
            }

            searched = end - start;
            Fill();
        }
    }

    private void Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length)
        {
            if (buffer.Length >= MaxLine)
            {
                throw new DataException(
                    ErrorKind.BadInput,
                    "notText",
                    $"{label}, line {Line + 1}: the line is longer than {MaxLine / 1024 / 1024} MiB, so this "
                        + $"is not a CSV file of images. Use fer2013.csv or one of its archives.",
                    path,
                    Line + 1
                );
            }

            Array.Resize(ref buffer, buffer.Length * 2);
        }

        int read = stream.Read(buffer.AsSpan(end));
        end += read;
        Bytes += read;
        ended = read == 0;
    }
}
