using System.Runtime.InteropServices;

namespace Mien.Native.Tests;

/// <summary>The published library, loaded into the test process and called through function pointers.</summary>
internal sealed unsafe class PublishedApi : MienApi
{
    private readonly nint library;

    public PublishedApi() => library = NativeLibrary.Load(NativeLibraryBuild.Library);

    internal override uint AbiVersion() => ((delegate* unmanaged<uint>)Export("mien_abi_version"))();

    internal override byte* Version() => ((delegate* unmanaged<byte*>)Export("mien_version"))();

    internal override byte* ErrorCode() => ((delegate* unmanaged<byte*>)Export("mien_error_code"))();

    internal override byte* ErrorMessage() => ((delegate* unmanaged<byte*>)Export("mien_error_message"))();

    internal override int OptionsInit(MienOptions* options, uint size) =>
        ((delegate* unmanaged<MienOptions*, uint, int>)Export("mien_options_init"))(options, size);

    internal override int CallOptionsInit(MienCallOptions* options, uint size) =>
        ((delegate* unmanaged<MienCallOptions*, uint, int>)Export("mien_call_options_init"))(options, size);

    internal override int Create(MienOptions* options, ulong* recognizer) =>
        ((delegate* unmanaged<MienOptions*, ulong*, int>)Export("mien_create"))(options, recognizer);

    internal override int Destroy(ulong recognizer) =>
        ((delegate* unmanaged<ulong, int>)Export("mien_destroy"))(recognizer);

    internal override int LabelCount(ulong recognizer, int* count) =>
        ((delegate* unmanaged<ulong, int*, int>)Export("mien_label_count"))(recognizer, count);

    internal override int Label(ulong recognizer, int index, byte** label) =>
        ((delegate* unmanaged<ulong, int, byte**, int>)Export("mien_label"))(recognizer, index, label);

    internal override int ModelJson(ulong recognizer, byte** json) =>
        ((delegate* unmanaged<ulong, byte**, int>)Export("mien_model_json"))(recognizer, json);

    internal override int RecognizeFile(ulong recognizer, byte* path, MienCallOptions* options, ulong* result) =>
        ((delegate* unmanaged<ulong, byte*, MienCallOptions*, ulong*, int>)Export("mien_recognize_file"))(
            recognizer,
            path,
            options,
            result
        );

    internal override int RecognizeBytes(
        ulong recognizer,
        void* data,
        nuint length,
        MienCallOptions* options,
        ulong* result
    ) =>
        ((delegate* unmanaged<ulong, void*, nuint, MienCallOptions*, ulong*, int>)Export("mien_recognize_bytes"))(
            recognizer,
            data,
            length,
            options,
            result
        );

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
    )
    {
        var recognize = (delegate* unmanaged<
            ulong,
            void*,
            nuint,
            int,
            int,
            long,
            int,
            MienCallOptions*,
            ulong*,
            int>)Export("mien_recognize_pixels");
        return recognize(recognizer, pixels, length, width, height, stride, format, options, result);
    }

    internal override int ResultImage(ulong result, MienImage* image) =>
        ((delegate* unmanaged<ulong, MienImage*, int>)Export("mien_result_image"))(result, image);

    internal override int ResultFaces(ulong result, MienFace** faces, int* count) =>
        ((delegate* unmanaged<ulong, MienFace**, int*, int>)Export("mien_result_faces"))(result, faces, count);

    internal override int ResultJson(ulong result, byte** json) =>
        ((delegate* unmanaged<ulong, byte**, int>)Export("mien_result_json"))(result, json);

    internal override int ResultFree(ulong result) =>
        ((delegate* unmanaged<ulong, int>)Export("mien_result_free"))(result);

    internal override void Free(byte* text) => ((delegate* unmanaged<byte*, void>)Export("mien_free"))(text);

    private nint Export(string name) => NativeLibrary.GetExport(library, name);
}
