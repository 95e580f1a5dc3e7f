using System.Reflection;

namespace Mien.Native;

/// <summary>
/// What the functions of the library do. Every function checks its arguments, catches every exception and returns a
/// <see cref="MienStatus"/> as a number. Thread-safe.
/// </summary>
internal static unsafe class Calls
{
    /// <summary>MIEN_ABI_VERSION of the header.</summary>
    public const uint CurrentAbi = 1;

    private static readonly Lazy<nint> VersionText = new(() => (nint)NativeText.Allocate(VersionOf()));

    /// <summary>
    /// The version of the interface. As the first call of a program, it also tells forks from their parent.
    /// </summary>
    public static uint AbiVersion()
    {
        _ = Guard.IsForked();
        return CurrentAbi;
    }

    /// <summary>The version of Mien; allocated once and never freed.</summary>
    public static byte* Version()
    {
        try
        {
            return (byte*)VersionText.Value;
        }
        catch (OutOfMemoryException)
        {
            return LastError.Empty;
        }
    }

    public static int OptionsInit(MienOptions* options, uint size) =>
        Guard.Run(() => StructSize.Write(options, size, MienOptions.Version1Size, OptionsReader.Defaults));

    public static int CallOptionsInit(MienCallOptions* options, uint size) =>
        Guard.Run(() => StructSize.Write(options, size, MienCallOptions.Version1Size, default));

    public static int Create(MienOptions* options, ulong* recognizer)
    {
        if (recognizer is not null)
        {
            *recognizer = 0;
        }

        return Guard.Run(() =>
        {
            Argument.NotNull(recognizer, nameof(recognizer));
            RecognizerOptions read = OptionsReader.Read(options);
            NativeFolder.CheckOnnxRuntime();
            FaceExpressionRecognizer created = FaceExpressionRecognizer.Create(read);
            *recognizer = HandleTable.Add(new RecognizerHandle(created));
        });
    }

    public static int Destroy(ulong recognizer) =>
        Guard.Run(() => HandleTable.Close<RecognizerHandle>(recognizer, RecognizerHandle.Name));

    public static int LabelCount(ulong recognizer, int* count)
    {
        if (count is not null)
        {
            *count = 0;
        }

        return Guard.Run(() =>
        {
            Argument.NotNull(count, nameof(count));
            using Lease<RecognizerHandle> lease = Recognizer(recognizer);
            *count = lease.Handle.Labels.Count;
        });
    }

    public static int Label(ulong recognizer, int index, byte** label)
    {
        if (label is not null)
        {
            *label = null;
        }

        return Guard.Run(() =>
        {
            Argument.NotNull(label, nameof(label));
            using Lease<RecognizerHandle> lease = Recognizer(recognizer);
            *label = (byte*)lease.Handle.Label(index);
        });
    }

    public static int ModelJson(ulong recognizer, byte** json)
    {
        if (json is not null)
        {
            *json = null;
        }

        return Guard.Run(() =>
        {
            Argument.NotNull(json, nameof(json));
            using Lease<RecognizerHandle> lease = Recognizer(recognizer);
            *json = NativeText.Lend(lease.Handle.Recognizer.Contract.ToJson());
        });
    }

    public static int RecognizeFile(ulong recognizer, byte* path, MienCallOptions* options, ulong* result) =>
        Recognize(
            recognizer,
            options,
            result,
            (used, read) =>
            {
                string name = NativeText.Read(path, nameof(path));
                NativeFolder.CheckSkia();
                return used.Recognize(name, read);
            }
        );

    public static int RecognizeBytes(
        ulong recognizer,
        void* data,
        nuint length,
        MienCallOptions* options,
        ulong* result
    ) =>
        Recognize(
            recognizer,
            options,
            result,
            (used, read) =>
            {
                Argument.NotNull(data, nameof(data));
                long limit = Math.Min(used.Options.Limits.MaxBytes, Array.MaxLength);
                if (length > (nuint)limit)
                {
                    throw Argument.TooLarge($"The encoded image has {length} bytes, at most {limit} are read.");
                }

                NativeFolder.CheckSkia();
                return used.Recognize(new ReadOnlySpan<byte>(data, (int)length), null, read);
            }
        );

    public static int RecognizePixels(ulong recognizer, PixelBlock pixels, MienCallOptions* options, ulong* result) =>
        Recognize(
            recognizer,
            options,
            result,
            (used, read) =>
            {
                using Photo photo = pixels.ToPhoto(used.Options.Limits.MaxPixels);
                return used.Recognize(photo, null, read);
            }
        );

    public static int ResultImage(ulong result, MienImage* image) =>
        Guard.Run(() =>
        {
            Argument.NotNull(image, nameof(image));
            using Lease<ResultHandle> lease = Result(result);
            StructSize.Write(image, image->Size, MienImage.Version1Size, lease.Handle.Image);
        });

    public static int ResultFaces(ulong result, MienFace** faces, int* count)
    {
        if (faces is not null)
        {
            *faces = null;
        }

        if (count is not null)
        {
            *count = 0;
        }

        return Guard.Run(() =>
        {
            Argument.NotNull(faces, nameof(faces));
            Argument.NotNull(count, nameof(count));
            using Lease<ResultHandle> lease = Result(result);
            *faces = lease.Handle.Faces;
            *count = lease.Handle.Image.FaceCount;
        });
    }

    public static int ResultJson(ulong result, byte** json)
    {
        if (json is not null)
        {
            *json = null;
        }

        return Guard.Run(() =>
        {
            Argument.NotNull(json, nameof(json));
            using Lease<ResultHandle> lease = Result(result);
            *json = NativeText.Lend(lease.Handle.ToJson());
        });
    }

    public static int ResultFree(ulong result) =>
        Guard.Run(() => HandleTable.Close<ResultHandle>(result, ResultHandle.Name));

    public static void Free(byte* text) => Guard.Run(() => NativeText.TakeBack(text));

    private static int Recognize(
        ulong recognizer,
        MienCallOptions* options,
        ulong* result,
        Func<FaceExpressionRecognizer, RecognitionOptions, RecognitionResult> recognize
    )
    {
        if (result is not null)
        {
            *result = 0;
        }

        return Guard.Run(() =>
        {
            Argument.NotNull(result, nameof(result));
            using Lease<RecognizerHandle> lease = Recognizer(recognizer);
            RecognitionOptions read = CallOptionsReader.Read(options);
            FaceExpressionRecognizer used = lease.Handle.Recognizer;
            RecognitionResult found = recognize(used, read);
            *result = HandleTable.Add(new ResultHandle(found, used.Contract));
        });
    }

    private static Lease<RecognizerHandle> Recognizer(ulong handle) =>
        HandleTable.Use<RecognizerHandle>(handle, RecognizerHandle.Name);

    private static Lease<ResultHandle> Result(ulong handle) => HandleTable.Use<ResultHandle>(handle, ResultHandle.Name);

    private static string VersionOf() =>
        typeof(Calls)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0]
        ?? "";
}
