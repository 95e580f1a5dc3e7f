using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mien.Native;

/// <summary>
/// The functions of the library, as include/mien.h declares them. Each only calls <see cref="Calls"/>, because managed
/// code, and so a test, cannot call these.
/// </summary>
internal static unsafe class Exports
{
    [UnmanagedCallersOnly(EntryPoint = "mien_abi_version", CallConvs = [typeof(CallConvCdecl)])]
    public static uint AbiVersion() => Calls.AbiVersion();

    [UnmanagedCallersOnly(EntryPoint = "mien_version", CallConvs = [typeof(CallConvCdecl)])]
    public static byte* Version() => Calls.Version();

    [UnmanagedCallersOnly(EntryPoint = "mien_error_code", CallConvs = [typeof(CallConvCdecl)])]
    public static byte* ErrorCode() => LastError.Code;

    [UnmanagedCallersOnly(EntryPoint = "mien_error_message", CallConvs = [typeof(CallConvCdecl)])]
    public static byte* ErrorMessage() => LastError.Message;

    [UnmanagedCallersOnly(EntryPoint = "mien_options_init", CallConvs = [typeof(CallConvCdecl)])]
    public static int OptionsInit(MienOptions* options, uint size) => Calls.OptionsInit(options, size);

    [UnmanagedCallersOnly(EntryPoint = "mien_call_options_init", CallConvs = [typeof(CallConvCdecl)])]
    public static int CallOptionsInit(MienCallOptions* options, uint size) => Calls.CallOptionsInit(options, size);

    [UnmanagedCallersOnly(EntryPoint = "mien_create", CallConvs = [typeof(CallConvCdecl)])]
    public static int Create(MienOptions* options, ulong* recognizer) => Calls.Create(options, recognizer);

    [UnmanagedCallersOnly(EntryPoint = "mien_destroy", CallConvs = [typeof(CallConvCdecl)])]
    public static int Destroy(ulong recognizer) => Calls.Destroy(recognizer);

    [UnmanagedCallersOnly(EntryPoint = "mien_label_count", CallConvs = [typeof(CallConvCdecl)])]
    public static int LabelCount(ulong recognizer, int* count) => Calls.LabelCount(recognizer, count);

    [UnmanagedCallersOnly(EntryPoint = "mien_label", CallConvs = [typeof(CallConvCdecl)])]
    public static int Label(ulong recognizer, int index, byte** label) => Calls.Label(recognizer, index, label);

    [UnmanagedCallersOnly(EntryPoint = "mien_model_json", CallConvs = [typeof(CallConvCdecl)])]
    public static int ModelJson(ulong recognizer, byte** json) => Calls.ModelJson(recognizer, json);

    [UnmanagedCallersOnly(EntryPoint = "mien_recognize_file", CallConvs = [typeof(CallConvCdecl)])]
    public static int RecognizeFile(ulong recognizer, byte* path, MienCallOptions* options, ulong* result) =>
        Calls.RecognizeFile(recognizer, path, options, result);

    [UnmanagedCallersOnly(EntryPoint = "mien_recognize_bytes", CallConvs = [typeof(CallConvCdecl)])]
    public static int RecognizeBytes(
        ulong recognizer,
        void* data,
        nuint length,
        MienCallOptions* options,
        ulong* result
    ) => Calls.RecognizeBytes(recognizer, data, length, options, result);

    [UnmanagedCallersOnly(EntryPoint = "mien_recognize_pixels", CallConvs = [typeof(CallConvCdecl)])]
    public static int RecognizePixels(
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
        Calls.RecognizePixels(
            recognizer,
            new PixelBlock(pixels, length, width, height, stride, format),
            options,
            result
        );

    [UnmanagedCallersOnly(EntryPoint = "mien_result_image", CallConvs = [typeof(CallConvCdecl)])]
    public static int ResultImage(ulong result, MienImage* image) => Calls.ResultImage(result, image);

    [UnmanagedCallersOnly(EntryPoint = "mien_result_faces", CallConvs = [typeof(CallConvCdecl)])]
    public static int ResultFaces(ulong result, MienFace** faces, int* count) =>
        Calls.ResultFaces(result, faces, count);

    [UnmanagedCallersOnly(EntryPoint = "mien_result_json", CallConvs = [typeof(CallConvCdecl)])]
    public static int ResultJson(ulong result, byte** json) => Calls.ResultJson(result, json);

    [UnmanagedCallersOnly(EntryPoint = "mien_result_free", CallConvs = [typeof(CallConvCdecl)])]
    public static int ResultFree(ulong result) => Calls.ResultFree(result);

    [UnmanagedCallersOnly(EntryPoint = "mien_free", CallConvs = [typeof(CallConvCdecl)])]
    public static void Free(byte* text) => Calls.Free(text);
}
