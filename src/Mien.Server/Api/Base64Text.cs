using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Mien.Server;

/// <summary>
/// Decodes base64 incrementally: standard or url-safe alphabet, with MIME line breaks, or as a data URI, in which
/// characters may be percent-encoded. Padding is optional. Positions in messages count characters of the whole text.
/// </summary>
internal sealed class Base64Text
{
    private const string Scheme = "data:";
    private const string Marker = ";base64";
    private const int MaxHeaderLength = 1000;

    private static readonly SearchValues<byte> Alphabet = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8
    );

    private readonly byte[] decoded;
    private readonly StringBuilder header = new();
    private Part part = Part.Scheme;
    private bool isUri;
    private long position;
    private uint bits;
    private int group;
    private int padding;
    private int percentDigits;
    private int percentValue;
    private int count;

    /// <summary>Creates a decoder.</summary>
    /// <param name="maxPiece">The maximum number of characters between two calls of <see cref="Take"/>.</param>
    public Base64Text(int maxPiece) => decoded = new byte[maxPiece + Scheme.Length];

    private enum Part
    {
        Scheme,
        Header,
        Data,
    }

    /// <summary>Returns the bytes decoded since the last call. They are valid until more text is added.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        ReadOnlyMemory<byte> bytes = decoded.AsMemory(0, count);
        count = 0;
        return bytes;
    }

    /// <summary>Decodes text in which each character is one byte.</summary>
    /// <exception cref="ProblemException"><c>badBase64</c>.</exception>
    public void Add(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            int whole = WholeGroups(text);
            if (whole > 0)
            {
                Base64.DecodeFromUtf8(text[..whole], decoded.AsSpan(count), out _, out int written);
                count += written;
                position += whole;
            }
            else
            {
                Add((char)text[0]);
                whole = 1;
            }

            text = text[whole..];
        }
    }

    /// <summary>Decodes one character.</summary>
    /// <exception cref="ProblemException"><c>badBase64</c>.</exception>
    public void Add(char c)
    {
        long at = position++;
        switch (part)
        {
            case Part.Scheme when header.Length == 0 && IsSpace(c):
                break;
            case Part.Scheme when char.ToLowerInvariant(c) == Scheme[header.Length]:
                header.Append(c);
                part = header.Length == Scheme.Length ? Part.Header : part;
                break;
            case Part.Scheme:
                BeginData(at);
                AddData(c, at);
                break;
            case Part.Header:
                AddHeader(c, at);
                break;
            default:
                AddData(c, at);
                break;
        }
    }

    /// <summary>Finishes the text.</summary>
    /// <exception cref="ProblemException"><c>badBase64</c>: the text ends too early.</exception>
    public void End()
    {
        if (part == Part.Scheme)
        {
            BeginData(position); // a text such as 'data', without a colon, is base64
        }

        if (part == Part.Header)
        {
            throw Bad("the data URI ends before its comma", position);
        }

        if (percentDigits > 0 || group == 1 || (padding > 0 && group + padding < 4))
        {
            throw Bad("the text ends inside a group of four characters", position);
        }
    }

    /// <summary>
    /// The length of the leading run of complete groups of four, which the framework's vectorized decoder can decode.
    /// </summary>
    private int WholeGroups(ReadOnlySpan<byte> text)
    {
        if (part != Part.Data || group > 0 || percentDigits > 0)
        {
            return 0;
        }

        int other = text.IndexOfAnyExcept(Alphabet);
        return (other < 0 ? text.Length : other) & ~3;
    }

    private void AddHeader(char c, long at)
    {
        if (c != ',')
        {
            header.Append(header.Length < MaxHeaderLength ? c : throw Bad("the data URI has no comma up to", at));
            return;
        }

        if (!header.ToString().EndsWith(Marker, StringComparison.OrdinalIgnoreCase))
        {
            throw Bad($"the data URI has no '{Marker}' before its comma", at);
        }

        (part, isUri) = (Part.Data, true);
    }

    /// <summary>Treats the characters that looked like the start of a data URI as data.</summary>
    private void BeginData(long at)
    {
        part = Part.Data;
        for (int i = 0; i < header.Length; i++)
        {
            AddSymbol(header[i], at - header.Length + i);
        }
    }

    private void AddData(char c, long at)
    {
        if (percentDigits == 0)
        {
            if (c == '%' && isUri)
            {
                percentDigits = 2;
                percentValue = 0;
            }
            else
            {
                AddSymbol(c, at);
            }

            return;
        }

        if (!char.IsAsciiHexDigit(c))
        {
            throw Bad($"{Name(c)} after '%', instead of a hexadecimal digit,", at);
        }

        percentValue = (percentValue * 16) + Convert.ToInt32(c.ToString(), 16);
        if (--percentDigits == 0)
        {
            AddSymbol((char)percentValue, at - 2);
        }
    }

    private void AddSymbol(char c, long at)
    {
        if (IsSpace(c))
        {
            return;
        }

        if (c == '=')
        {
            padding++;
            if (group < 2 || group + padding > 4)
            {
                throw Bad("misplaced padding '='", at);
            }

            return;
        }

        int value = ValueOf(c);
        if (value < 0)
        {
            throw Bad(Name(c), at);
        }

        if (padding > 0)
        {
            throw Bad($"{Name(c)} after the padding", at);
        }

        bits = (bits << 6) | (uint)value;
        group++;
        if (group > 1)
        {
            decoded[count++] = (byte)(bits >> (8 - (2 * group)));
        }

        group %= 4;
    }

    private static int ValueOf(char c) =>
        c switch
        {
            >= 'A' and <= 'Z' => c - 'A',
            >= 'a' and <= 'z' => c - 'a' + 26,
            >= '0' and <= '9' => c - '0' + 52,
            '+' or '-' => 62,
            '/' or '_' => 63,
            _ => -1,
        };

    private static bool IsSpace(char c) => c is ' ' or (>= '\t' and <= '\r');

    private static string Name(char c) =>
        c switch
        {
            > ' ' and <= '~' => $"'{c}'",
            > '~' => "a non-ASCII character",
            _ => string.Create(CultureInfo.InvariantCulture, $"the control character U+{(int)c:X4}"),
        };

    private static ProblemException Bad(string found, long at) =>
        new(
            ProblemKind.BadBase64,
            string.Create(
                CultureInfo.InvariantCulture,
                $"'image' is not valid base64: {found} at character {at}, counted from 0. Expected the bytes of an "
                    + $"image file in base64 (standard or url-safe), or a data URI such as "
                    + $"data:image/jpeg;base64,/9j/…; URLs and paths are not fetched."
            )
        );
}
