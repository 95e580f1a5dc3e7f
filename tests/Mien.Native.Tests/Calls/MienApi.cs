using System.Runtime.InteropServices;
using System.Text;

namespace Mien.Native.Tests;

/// <summary>
/// The functions of the header, called either in the managed code or in the published library, so that the same tests
/// hold both.
/// </summary>
public abstract unsafe class MienApi
{
    internal abstract uint AbiVersion();
    internal abstract byte* Version();
    internal abstract byte* ErrorCode();
    internal abstract byte* ErrorMessage();
    internal abstract int OptionsInit(MienOptions* options, uint size);
    internal abstract int CallOptionsInit(MienCallOptions* options, uint size);
    internal abstract int Create(MienOptions* options, ulong* recognizer);
    internal abstract int Destroy(ulong recognizer);
    internal abstract int LabelCount(ulong recognizer, int* count);
    internal abstract int Label(ulong recognizer, int index, byte** label);
    internal abstract int ModelJson(ulong recognizer, byte** json);
    internal abstract int RecognizeFile(ulong recognizer, byte* path, MienCallOptions* options, ulong* result);
    internal abstract int RecognizeBytes(
        ulong recognizer,
        void* data,
        nuint length,
        MienCallOptions* options,
        ulong* result
    );
    internal abstract int RecognizePixels(
        ulong recognizer,
        void* pixels,
        nuint length,
        int width,
        int height,
        long stride,
        int format,
        MienCallOptions* options,
        ulong* result
    );
    internal abstract int ResultImage(ulong result, MienImage* image);
    internal abstract int ResultFaces(ulong result, MienFace** faces, int* count);
    internal abstract int ResultJson(ulong result, byte** json);
    internal abstract int ResultFree(ulong result);
    internal abstract void Free(byte* text);

    public string Code => Text(ErrorCode());

    public string Message => Text(ErrorMessage());

    internal static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text)!;

    /// <summary>Gives the bytes of a string as C has it, for a fixed statement.</summary>
    internal static byte[] Bytes(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    /// <summary>Creates a recognizer of a model, with one thread.</summary>
    internal ulong Recognizer(string model = "tiny")
    {
        MienOptions options = Options();
        ulong recognizer;
        fixed (byte* name = Bytes(model))
        {
            options.Model = name;
            Check(Create(&options, &recognizer));
        }

        return recognizer;
    }

    internal MienOptions Options()
    {
        MienOptions options;
        Check(OptionsInit(&options, (uint)sizeof(MienOptions)));
        options.Threads = 1;
        return options;
    }

    internal MienCallOptions CallOptions()
    {
        MienCallOptions options;
        Check(CallOptionsInit(&options, (uint)sizeof(MienCallOptions)));
        return options;
    }

    internal ulong OfBytes(ulong recognizer, byte[] data, MienCallOptions* options = null)
    {
        ulong result;
        fixed (byte* start = data)
        {
            Check(RecognizeBytes(recognizer, start, (nuint)data.Length, options, &result));
        }

        return result;
    }

    internal string Json(ulong result)
    {
        byte* json;
        Check(ResultJson(result, &json));
        string text = Text(json);
        Free(json);
        return text;
    }

    internal MienFace[] Faces(ulong result)
    {
        MienFace* faces;
        int count;
        Check(ResultFaces(result, &faces, &count));
        Assert.Equal((uint)sizeof(MienFace), faces->Size);
        return new ReadOnlySpan<MienFace>(faces, count).ToArray();
    }

    internal MienImage Image(ulong result)
    {
        var image = new MienImage { Size = (uint)sizeof(MienImage) };
        Check(ResultImage(result, &image));
        return image;
    }

    /// <summary>Asserts that a call succeeded.</summary>
    internal void Check(int status) => Assert.True(status == 0, $"Status {status}, {Code}: {Message}");

    /// <summary>Asserts that a call failed, and that it set the last error.</summary>
    internal void Fails(MienStatus status, string code, int actual)
    {
        Assert.Equal((status, code), ((MienStatus)actual, Code));
        Assert.True(Message.Length > 10, Message);
    }
}
