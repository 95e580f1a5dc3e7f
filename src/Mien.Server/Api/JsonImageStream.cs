using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mien.Server;

/// <summary>
/// The image bytes of a JSON body <c>{ "image": "BASE64" }</c>, decoded while the body arrives, so that neither the
/// body nor the base64 text is ever in memory as a whole. It parses by itself, since <c>Utf8JsonReader</c> needs a
/// complete string value.
/// </summary>
internal sealed class JsonImageStream(Stream body) : ForwardStream
{
    private const string Expected = "{\"image\": \"<base64 or a data URI>\"}";
    private const string ImageMember = "image";
    private const int PieceLength = 32768;
    private const int MaxNameLength = 60;

    // The bytes that end a run of plain characters in a string: control characters, quote and backslash.
    private static readonly SearchValues<byte> Special = SearchValues.Create([
        .. Enumerable.Range(0, ' ').Select(i => (byte)i),
        (byte)'"',
        (byte)'\\',
    ]);

    private readonly Base64Text text = new(PieceLength);
    private readonly List<byte> name = [];
    private byte[]? piece = ArrayPool<byte>.Shared.Rent(PieceLength);
    private ReadOnlyMemory<byte> ready;
    private Place place = Place.Start;
    private Escape escape;
    private int unit;
    private int unitDigits;
    private int markLength;
    private long position;
    private bool hasImage;
    private bool isOver;

    private enum Place
    {
        Start,
        BeforeName,
        InName,
        BeforeColon,
        BeforeValue,
        InValue,
        AfterValue,
        AfterComma,
        AfterObject,
    }

    private enum Escape
    {
        None,
        Begun,
        Unicode,
    }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <exception cref="ProblemException"><c>badJson</c>, <c>badBase64</c>, <c>emptyFile</c>.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(piece is null, this);
        while (ready.IsEmpty && !isOver)
        {
            int read = await body.ReadAsync(piece.AsMemory(0, PieceLength), cancellationToken);
            if (read == 0)
            {
                End();
                isOver = true;
            }

            Read(piece.AsSpan(0, read));
            ready = text.Take();
        }

        int given = Math.Min(ready.Length, buffer.Length);
        ready[..given].CopyTo(buffer);
        ready = ready[given..];
        return given;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && piece is { } rented)
        {
            piece = null;
            ArrayPool<byte>.Shared.Return(rented);
        }

        base.Dispose(disposing);
    }

    private void Read(ReadOnlySpan<byte> json)
    {
        while (!json.IsEmpty)
        {
            int used = 1;
            if (place == Place.InValue && escape == Escape.None && !Special.Contains(json[0]))
            {
                int special = json.IndexOfAny(Special);
                used = special < 0 ? json.Length : special;
                text.Add(json[..used]);
            }
            else
            {
                Read(json[0]);
            }

            position += used;
            json = json[used..];
        }
    }

    private void Read(byte b)
    {
        if (place is Place.InName or Place.InValue)
        {
            ReadInString(b);
        }
        else if (place == Place.Start && position == markLength && markLength < 3 && b == ByteOrderMark[markLength])
        {
            markLength++;
        }
        else if (b is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
        {
            place = Next((char)b);
        }
    }

    private Place Next(char c) =>
        (place, c) switch
        {
            (Place.Start, '{') when markLength is 0 or 3 => Place.BeforeName,
            (Place.Start, '\xFE' or '\xFF') => throw Bad("The body is UTF-16 or binary, expected UTF-8"),
            (Place.Start, _) => throw Bad($"The body is {KindOf(c)}, expected an object"),
            (Place.BeforeName or Place.AfterComma, '"') => Place.InName,
            (Place.BeforeName, '}') => throw Bad($"The object has no '{ImageMember}'"),
            (Place.BeforeColon, ':') => Place.BeforeValue,
            (Place.BeforeValue, '"') => Place.InValue,
            (Place.BeforeValue, _) => throw Bad($"'{ImageMember}' is {KindOf(c)}, expected a string"),
            (Place.AfterValue, ',') => Place.AfterComma,
            (Place.AfterValue, '}') => Place.AfterObject,
            (Place.AfterObject, _) => throw Bad($"There is more data after the object, at byte {At}"),
            _ => throw Bad(
                $"The body is not valid JSON: "
                    + $"{(c is > ' ' and <= '~' ? $"'{c}'" : $"the byte 0x{(int)c:X2}")} at byte {At}, expected "
                    + place switch
                    {
                        Place.BeforeColon => "':'",
                        Place.AfterValue => "'}'",
                        _ => "a name in double quotes",
                    }
            ),
        };

    private void ReadInString(byte b)
    {
        switch (escape)
        {
            case Escape.Begun:
                escape = Escape.None;
                AddEscaped((char)b);
                break;
            case Escape.Unicode:
                if (!char.IsAsciiHexDigit((char)b))
                {
                    throw BadEscape();
                }

                unit = (unit << 4) | Convert.ToInt32(((char)b).ToString(), 16);
                if (++unitDigits == 4)
                {
                    escape = Escape.None;
                    Add((char)unit);
                }

                break;
            default:
                ReadPlain(b);
                break;
        }
    }

    private void ReadPlain(byte b)
    {
        switch (b)
        {
            case (byte)'"' when place == Place.InName:
                CheckName();
                place = Place.BeforeColon;
                break;
            case (byte)'"':
                text.End();
                place = Place.AfterValue;
                break;
            case (byte)'\\':
                escape = Escape.Begun;
                break;
            case < (byte)' ':
                throw Bad(
                    $"The body is not valid JSON: a string has {(b is 10 or 13 ? "an unescaped line break" : "a "
                        + "control character")} at byte {At}. Write it as \\n or remove it ('base64 -w 0' writes none)"
                );
            default:
                AddToName([b]);
                break;
        }
    }

    private void AddEscaped(char c)
    {
        if (c == 'u')
        {
            (escape, unit, unitDigits) = (Escape.Unicode, 0, 0);
            return;
        }

        Add(
            c switch
            {
                '"' or '\\' or '/' => c,
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                _ => throw BadEscape(),
            }
        );
    }

    private void Add(char c)
    {
        if (place == Place.InValue)
        {
            text.Add(c);
        }
        else
        {
            AddToName(Encoding.UTF8.GetBytes([c]));
        }
    }

    private void AddToName(ReadOnlySpan<byte> bytes)
    {
        name.AddRange(bytes);
        if (name.Count > MaxNameLength)
        {
            throw Unknown(Encoding.UTF8.GetString([.. name]) + "…");
        }
    }

    private void CheckName()
    {
        string found = Encoding.UTF8.GetString([.. name]);
        name.Clear();
        if (found != ImageMember)
        {
            throw Unknown(found);
        }

        if (hasImage)
        {
            throw Bad($"'{ImageMember}' is given twice");
        }

        hasImage = true;
    }

    private void End()
    {
        if (place == Place.Start)
        {
            throw new ProblemException(ProblemKind.EmptyFile, $"The body is empty, expected {Expected}.");
        }

        if (place != Place.AfterObject)
        {
            throw Bad($"The body ends too early, after {At} bytes");
        }
    }

    private string At => position.ToString(CultureInfo.InvariantCulture);

    private static string KindOf(char c) =>
        c switch
        {
            '[' => "an array",
            '{' => "an object",
            '"' => "a string",
            't' or 'f' => "a boolean",
            'n' => "null",
            '-' or (>= '0' and <= '9') => "a number",
            _ => "not valid JSON",
        };

    private static ProblemException Unknown(string name) =>
        Bad(
            name switch
            {
                "images" => "'images' is not supported: a JSON body has one image. Send several as multipart/form-data",
                _ when FacesQuery.OfImages.Contains(name, StringComparer.Ordinal) =>
                    $"'{name}' is a query parameter, such as in /v1/faces?{name}=…",
                _ => $"'{name}' is not a known member",
            }
        );

    private ProblemException BadEscape() => Bad($"The body is not valid JSON: a string has a bad escape at byte {At}");

    private static ProblemException Bad(string found) => new(ProblemKind.BadJson, $"{found}. Expected {Expected}.");
}
