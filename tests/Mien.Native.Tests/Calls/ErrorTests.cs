namespace Mien.Native.Tests;

/// <summary>Wrong calls: each gives a status, a code and a message, and none ends the process.</summary>
public abstract unsafe class ErrorTests : IDisposable
{
    private readonly Lazy<MienApi> made;
    private readonly TempFolder folder = new();
    private readonly byte[] crop = SampleFaces.CropFile(Expression.Neutral);

    protected ErrorTests(Func<MienApi> api) => made = new Lazy<MienApi>(api);

    private MienApi Api => made.Value;

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Null_pointers_are_errors()
    {
        ulong recognizer = Api.Recognizer(),
            result = Api.OfBytes(recognizer, crop),
            made;
        int count;
        MienFace* faces;
        byte[] pixels = new byte[16];
        void Null(int status) => Api.Fails(MienStatus.BadUsage, "nullPointer", status);

        Null(Api.OptionsInit(null, (uint)sizeof(MienOptions)));
        Null(Api.CallOptionsInit(null, (uint)sizeof(MienCallOptions)));
        Null(Api.Create(null, null));
        Null(Api.LabelCount(recognizer, null));
        Null(Api.Label(recognizer, 0, null));
        Null(Api.ModelJson(recognizer, null));
        Null(Api.RecognizeFile(recognizer, null, null, &made));
        Null(Api.RecognizeBytes(recognizer, null, 5, null, &made));
        Null(Api.RecognizeBytes(recognizer, null, 0, null, &made));
        Null(Api.RecognizePixels(recognizer, null, 16, 4, 4, 0, 0, null, &made));
        Assert.Equal(0ul, made);
        Null(Api.ResultImage(result, null));
        Null(Api.ResultFaces(result, null, &count));
        Null(Api.ResultFaces(result, &faces, null));
        Assert.Equal(0, (nint)faces);
        Null(Api.ResultJson(result, null));
        fixed (byte* start = pixels)
        {
            Null(Api.RecognizeFile(recognizer, start, null, null));
            Null(Api.RecognizeBytes(recognizer, start, 16, null, null));
            Null(Api.RecognizePixels(recognizer, start, 16, 4, 4, 0, 0, null, null));
        }

        Api.Free(null);
        Api.Check(Api.ResultFree(0));
        Api.Check(Api.Destroy(0));
        Api.Check(Api.ResultFree(result));
        Api.Check(Api.Destroy(recognizer));
    }

    [Fact]
    public void Handles_that_were_destroyed_or_are_of_another_kind_are_errors()
    {
        ulong recognizer = Api.Recognizer(),
            result = Api.OfBytes(recognizer, crop);
        int count;
        byte* text;
        MienFace* faces;
        var image = new MienImage { Size = (uint)sizeof(MienImage) };
        void All(ulong wrong, string code, bool isResult)
        {
            void Bad(int status) => Api.Fails(MienStatus.BadUsage, code, status);
            if (isResult)
            {
                MienImage copy = default;
                copy.Size = (uint)sizeof(MienImage);
                Bad(Api.ResultImage(wrong, &copy));
                MienFace* found;
                int of;
                Bad(Api.ResultFaces(wrong, &found, &of));
                byte* json;
                Bad(Api.ResultJson(wrong, &json));
                Assert.Equal(0, (nint)json);
                return;
            }

            int labels;
            Bad(Api.LabelCount(wrong, &labels));
            byte* label;
            Bad(Api.Label(wrong, 0, &label));
            Bad(Api.ModelJson(wrong, &label));
            ulong none;
            byte* bytes = stackalloc byte[4];
            Bad(Api.RecognizeFile(wrong, bytes, null, &none));
            Bad(Api.RecognizeBytes(wrong, bytes, 4, null, &none));
            Bad(Api.RecognizePixels(wrong, bytes, 4, 2, 2, 0, 0, null, &none));
            Assert.Equal(0ul, none);
        }

        All(0, "badHandle", isResult: true);
        All(0, "badHandle", isResult: false);
        All(ulong.MaxValue, "badHandle", isResult: true);
        All(ulong.MaxValue, "badHandle", isResult: false);
        All(recognizer, "badHandle", isResult: true);
        All(result, "badHandle", isResult: false);
        Api.Fails(MienStatus.BadUsage, "badHandle", Api.Destroy(result));
        Api.Fails(MienStatus.BadUsage, "badHandle", Api.ResultFree(recognizer));

        Api.Check(Api.ResultFree(result));
        All(result, "handleDestroyed", isResult: true);
        Api.Fails(MienStatus.BadUsage, "handleDestroyed", Api.ResultFree(result));
        Api.Check(Api.Destroy(recognizer));
        All(recognizer, "handleDestroyed", isResult: false);
        Api.Fails(MienStatus.BadUsage, "handleDestroyed", Api.Destroy(recognizer));

        // A new handle never has the number of an old one.
        ulong next = Api.Recognizer();
        Assert.True(next > recognizer);
        Api.Check(Api.LabelCount(next, &count));
        Api.Fails(MienStatus.BadUsage, "badIndex", Api.Label(next, count, &text));
        Api.Fails(MienStatus.BadUsage, "badIndex", Api.Label(next, -1, &text));
        Api.Fails(MienStatus.BadUsage, "badHandle", Api.ResultFaces(next, &faces, &count));
        Api.Fails(MienStatus.BadUsage, "badHandle", Api.ResultImage(next, &image));
        Api.Check(Api.Destroy(next));
    }

    [Fact]
    public void Structs_of_an_older_program_are_read_and_unknown_options_of_a_newer_one_refused()
    {
        byte[] room = new byte[5000];
        ulong recognizer;
        fixed (byte* start = room)
        {
            var options = (MienOptions*)start;
            uint known = (uint)sizeof(MienOptions);
            foreach (uint size in (uint[])[0, 4, MienOptions.Version1Size - 1, 4097, uint.MaxValue])
            {
                Api.Fails(MienStatus.BadUsage, "badStructSize", Api.OptionsInit(options, size));
                options->Size = size;
                Api.Fails(MienStatus.BadUsage, "badStructSize", Api.Create(options, &recognizer));
            }

            // A newer program: what the library does not know is set to 0, and must stay 0.
            room.AsSpan().Fill(0xff);
            Api.Check(Api.OptionsInit(options, known + 8));
            Assert.Equal(known + 8, options->Size);
            Assert.Equal(new byte[8], room[(int)known..((int)known + 8)]);
            Assert.Equal(0xff, room[(int)known + 8]);
            room[(int)known + 5] = 1;
            Api.Fails(MienStatus.BadUsage, "unknownOptions", Api.Create(options, &recognizer));
            room[(int)known + 5] = 0;
            options->MaxFaces = -1;
            Api.Fails(MienStatus.BadUsage, "badOption", Api.Create(options, &recognizer));

            var image = (MienImage*)start;
            recognizer = Api.Recognizer();
            ulong result = Api.OfBytes(recognizer, crop);
            image->Size = MienImage.Version1Size - 4;
            Api.Fails(MienStatus.BadUsage, "badStructSize", Api.ResultImage(result, image));
            room.AsSpan().Fill(0xff);
            image->Size = (uint)sizeof(MienImage) + 8;
            Api.Check(Api.ResultImage(result, image));
            Assert.Equal((48, 0), (image->Width, room[sizeof(MienImage)]));
            Assert.Equal(0xff, room[sizeof(MienImage) + 8]);
            Api.Check(Api.ResultFree(result));
            Api.Check(Api.Destroy(recognizer));
        }
    }

    [Theory]
    [InlineData("device", 7)]
    [InlineData("device", -1)]
    [InlineData("detector", 4)]
    [InlineData("angles", int.MaxValue)]
    [InlineData("tiles", 3)]
    [InlineData("threads", -1)]
    [InlineData("threads", 1 << 20)]
    [InlineData("max_faces", -1)]
    [InlineData("max_face_crop_size", -5)]
    [InlineData("reserved", 1)]
    [InlineData("max_bytes", 0)]
    [InlineData("max_pixels", -1)]
    [InlineData("min_score", float.NaN)]
    [InlineData("min_score", 1.5f)]
    [InlineData("min_face", float.NaN)]
    [InlineData("min_face", float.PositiveInfinity)]
    [InlineData("min_face", -1f)]
    [InlineData("uncertain_below", float.NaN)]
    [InlineData("uncertain_below", 2f)]
    public void Options_out_of_range_are_errors_that_name_the_option(string name, float value)
    {
        MienOptions options = Api.Options();
        switch (name)
        {
            case "device":
                options.Device = (int)value;
                break;
            case "detector":
                options.Detector = (int)value;
                break;
            case "angles":
                options.Angles = (int)value;
                break;
            case "tiles":
                options.Tiles = (int)value;
                break;
            case "threads":
                options.Threads = (int)value;
                break;
            case "max_faces":
                options.MaxFaces = (int)value;
                break;
            case "max_face_crop_size":
                options.MaxFaceCropSize = (int)value;
                break;
            case "reserved":
                options.Reserved = (int)value;
                break;
            case "max_bytes":
                options.MaxBytes = (long)value;
                break;
            case "max_pixels":
                options.MaxPixels = (long)value;
                break;
            case "min_score":
                options.MinScore = value;
                break;
            case "min_face":
                options.MinFace = value;
                break;
            default:
                options.UncertainBelow = value;
                break;
        }

        ulong recognizer = 5;
        Api.Fails(MienStatus.BadUsage, "badOption", Api.Create(&options, &recognizer));
        Assert.Equal(0ul, recognizer);
        Assert.Contains($"'{name}' is ", Api.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_of_a_call_out_of_range_are_errors()
    {
        ulong recognizer = Api.Recognizer();
        MienBox box = new() { Width = float.NaN, Height = 10 };
        MienCallOptions options = Api.CallOptions();

        options.IsFaceCrop = 3;
        Refused("badOption", &options);
        options = Api.CallOptions();
        options.BoxCount = 1;
        Refused("badOption", &options);
        options.Boxes = &box;
        Refused("badArgument", &options);
        options.BoxCount = -1;
        Refused("badOption", &options);
        options.BoxCount = long.MaxValue;
        Refused("badOption", &options);
        options.BoxCount = 1;
        box.Width = 10;
        box.X = 500;
        Refused("boxOutside", &options);
        options.Size = 31;
        Refused("badStructSize", &options);
        options = Api.CallOptions();
        fixed (byte* head = MienApi.Bytes("no such head"))
        fixed (byte* invalid = (byte[])[0xc3, 0x28, 0])
        {
            options.Head = head;
            Refused("noSuchHead", &options);
            options.Head = invalid;
            Refused("badText", &options);
        }

        Api.Check(Api.Destroy(recognizer));

        void Refused(string code, MienCallOptions* wrong)
        {
            ulong result = 5;
            fixed (byte* data = crop)
            {
                Api.Fails(
                    MienStatus.BadUsage,
                    code,
                    Api.RecognizeBytes(recognizer, data, (nuint)crop.Length, wrong, &result)
                );
            }

            Assert.Equal(0ul, result);
        }
    }

    [Theory]
    [InlineData(4, 4, 0, 0, 15, MienStatus.BadUsage, "badPixels")] // a byte too few
    [InlineData(4, 4, 3, 0, 1000, MienStatus.BadUsage, "badPixels")] // a stride under a row
    [InlineData(4, 4, 11, 1, 1000, MienStatus.BadUsage, "badPixels")]
    [InlineData(4, 4, -4, 0, 1000, MienStatus.BadUsage, "badPixels")]
    [InlineData(4, 4, long.MinValue, 0, 1000, MienStatus.BadUsage, "badPixels")]
    [InlineData(4, 4, long.MaxValue, 0, 1000, MienStatus.BadUsage, "badPixels")]
    [InlineData(0, 4, 0, 0, 1000, MienStatus.BadUsage, "badPixels")]
    [InlineData(4, -1, 0, 0, 1000, MienStatus.BadUsage, "badPixels")]
    [InlineData(4, 4, 0, 9, 1000, MienStatus.BadUsage, "badOption")]
    [InlineData(4, 4, 0, -1, 1000, MienStatus.BadUsage, "badOption")]
    [InlineData(int.MaxValue, int.MaxValue, 0, 3, ulong.MaxValue, MienStatus.BadInput, "tooLarge")]
    [InlineData(int.MaxValue, 1, 0, 3, ulong.MaxValue, MienStatus.BadInput, "tooLarge")]
    [InlineData(65536, 65536, 0, 3, ulong.MaxValue, MienStatus.BadInput, "tooLarge")]
    [InlineData(4, 4, 1L << 40, 0, ulong.MaxValue, MienStatus.BadInput, "tooLarge")] // more than one array holds
    public void Pixels_that_do_not_fit_are_errors(
        int width,
        int height,
        long stride,
        int format,
        ulong length,
        object status,
        string code
    )
    {
        ulong recognizer = Api.Recognizer(),
            result = 5;
        byte[] pixels = new byte[1000];
        fixed (byte* start = pixels)
        {
            Api.Fails(
                (MienStatus)status,
                code,
                Api.RecognizePixels(recognizer, start, (nuint)length, width, height, stride, format, null, &result)
            );
        }

        Assert.Equal(0ul, result);
        Api.Check(Api.Destroy(recognizer));
    }

    [Fact]
    public void A_single_row_may_have_any_stride()
    {
        ulong recognizer = Api.Recognizer(),
            result;
        byte[] pixels = new byte[100];
        fixed (byte* start = pixels)
        {
            Api.Check(Api.RecognizePixels(recognizer, start, 100, 20, 1, 1L << 40, 0, null, &result));
        }

        Assert.Equal((20, 1), (Api.Image(result).Width, Api.Image(result).Height));
        Api.Check(Api.ResultFree(result));
        Api.Check(Api.Destroy(recognizer));
    }

    [Fact]
    public void Images_that_cannot_be_read_are_bad_input_and_paths_bad_usage()
    {
        ulong recognizer = Api.Recognizer();
        File(MienStatus.BadUsage, "fileNotFound", MienApi.Bytes(folder["none.png"]));
        File(MienStatus.BadUsage, "isDirectory", MienApi.Bytes(folder.Path));
        File(MienStatus.BadInput, "notAnImage", MienApi.Bytes(folder.Write("text.jpg", "not an image")));
        File(MienStatus.BadInput, "emptyFile", MienApi.Bytes(folder.Write("empty.jpg", "")));
        File(MienStatus.BadInput, "truncatedImage", MienApi.Bytes(folder.Write("cut.png", crop[..(crop.Length / 2)])));
        File(MienStatus.BadUsage, "badText", [0x66, 0xff, 0]);
        File(MienStatus.BadUsage, "badText", [.. Enumerable.Repeat((byte)0x66, 70_000), 0]);
        ulong result;
        fixed (byte* data = crop)
        {
            Api.Fails(MienStatus.BadInput, "emptyFile", Api.RecognizeBytes(recognizer, data, 0, null, &result));
            Api.Fails(
                MienStatus.BadInput,
                "tooLarge",
                Api.RecognizeBytes(recognizer, data, nuint.MaxValue, null, &result)
            );
        }

        Api.Check(Api.Destroy(recognizer));

        void File(MienStatus status, string code, byte[] path)
        {
            ulong none;
            fixed (byte* text = path)
            {
                Api.Fails(status, code, Api.RecognizeFile(recognizer, text, null, &none));
            }
        }
    }

    [Fact]
    public void Models_that_are_missing_damaged_or_newer_are_errors()
    {
        Model(MienStatus.BadUsage, "fileNotFound", folder["none.onnx"]);
        Model(MienStatus.BadInput, "notAModel", folder.Write("text.onnx", "not a model at all"));
        string newer = TinyModels
            .Contract.ToJson()
            .Replace("\"version\":1", "\"version\":99", StringComparison.Ordinal);
        Assert.Contains("99", newer, StringComparison.Ordinal);
        Model(MienStatus.BadInput, "badContract", folder.Write("newer.onnx", TinyModels.WithContractText(newer)));
        Assert.Contains("its version is 99, this program reads 1 to ", Api.Message, StringComparison.Ordinal);

        void Model(MienStatus status, string code, string path)
        {
            MienOptions options = Api.Options();
            ulong recognizer = 5;
            fixed (byte* model = MienApi.Bytes(path))
            {
                options.Model = model;
                Api.Fails(status, code, Api.Create(&options, &recognizer));
            }

            Assert.Equal(0ul, recognizer);
        }
    }

    [Fact]
    public void A_string_that_is_given_back_twice_is_not_freed_twice()
    {
        ulong recognizer = Api.Recognizer();
        byte* json;
        Api.Check(Api.ModelJson(recognizer, &json));
        Api.Free(json);
        Api.Free(json);
        Assert.Equal("badPointer", Api.Code);
        Api.Check(Api.Destroy(recognizer));
    }

    [Fact]
    public void Each_thread_has_its_own_last_error()
    {
        Api.Fails(MienStatus.BadUsage, "nullPointer", Api.Create(null, null));
        (string Code, string Message) other = default;
        var thread = new Thread(() => other = (Api.Code, Api.Message));
        thread.Start();
        thread.Join();
        Assert.Equal(("", ""), other);
        Assert.Equal("nullPointer", Api.Code);
    }
}

public sealed class ManagedErrorTests() : ErrorTests(() => new ManagedApi());

public sealed class PublishedErrorTests() : ErrorTests(() => new PublishedApi());
