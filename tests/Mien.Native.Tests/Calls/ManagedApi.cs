namespace Mien.Native.Tests;

/// <summary>The managed code below the exports.</summary>
internal sealed unsafe class ManagedApi : MienApi
{
    internal override uint AbiVersion() => Native.Calls.AbiVersion();

    internal override byte* Version() => Native.Calls.Version();

    internal override byte* ErrorCode() => LastError.Code;

    internal override byte* ErrorMessage() => LastError.Message;

    internal override int OptionsInit(MienOptions* options, uint size) => Native.Calls.OptionsInit(options, size);

    internal override int CallOptionsInit(MienCallOptions* options, uint size) =>
        Native.Calls.CallOptionsInit(options, size);

    internal override int Create(MienOptions* options, ulong* recognizer) => Native.Calls.Create(options, recognizer);

    internal override int Destroy(ulong recognizer) => Native.Calls.Destroy(recognizer);

    internal override int LabelCount(ulong recognizer, int* count) => Native.Calls.LabelCount(recognizer, count);

    internal override int Label(ulong recognizer, int index, byte** label) =>
        Native.Calls.Label(recognizer, index, label);

    internal override int ModelJson(ulong recognizer, byte** json) => Native.Calls.ModelJson(recognizer, json);

    internal override int RecognizeFile(ulong recognizer, byte* path, MienCallOptions* options, ulong* result) =>
        Native.Calls.RecognizeFile(recognizer, path, options, result);

    internal override int RecognizeBytes(
        ulong recognizer,
        void* data,
        nuint length,
        MienCallOptions* options,
        ulong* result
    ) => Native.Calls.RecognizeBytes(recognizer, data, length, options, result);

    internal override int RecognizePixels(
        ulong recognizer,
        void* pixels,
        nuint length,
        int width,
        int height,
        long stride,
        int format,
        MienCallOptions* options,
        ulong* result
    ) =>
        Native.Calls.RecognizePixels(
            recognizer,
            new PixelBlock(pixels, length, width, height, stride, format),
            options,
            result
        );

    internal override int ResultImage(ulong result, MienImage* image) => Native.Calls.ResultImage(result, image);

    internal override int ResultFaces(ulong result, MienFace** faces, int* count) =>
        Native.Calls.ResultFaces(result, faces, count);

    internal override int ResultJson(ulong result, byte** json) => Native.Calls.ResultJson(result, json);

    internal override int ResultFree(ulong result) => Native.Calls.ResultFree(result);

    internal override void Free(byte* text) => Native.Calls.Free(text);
}
