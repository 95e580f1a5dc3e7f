namespace Mien.Native;

/// <summary>Reads the options of a recognizer.</summary>
internal static unsafe class OptionsReader
{
    /// <summary>ONNX Runtime would start any number of threads.</summary>
    public const int MaxThreads = 1024;

    /// <summary>What mien_options_init fills in: the defaults of the library.</summary>
    public static MienOptions Defaults
    {
        get
        {
            var options = new RecognizerOptions();
            DetectionOptions detection = options.Detection;
            return new MienOptions
            {
                Size = (uint)sizeof(MienOptions),
                Device = (int)options.Inference.Device,
                Threads = options.Inference.Threads,
                Detector = (int)options.Detector,
                Angles = (int)detection.Angles,
                Tiles = (int)detection.Tiles,
                MaxFaces = detection.MaxFaces,
                MaxFaceCropSize = options.MaxFaceCropSize,
                MinScore = -1,
                MinFace = detection.MinFace,
                UncertainBelow = -1,
                MaxBytes = options.Limits.MaxBytes,
                MaxPixels = options.Limits.MaxPixels,
            };
        }
    }

    /// <summary>Reads options; null gives the defaults.</summary>
    /// <exception cref="MienException"><c>badOption</c>, <c>badStructSize</c>, <c>badText</c>.</exception>
    public static RecognizerOptions Read(MienOptions* given)
    {
        if (given is null)
        {
            return new RecognizerOptions();
        }

        MienOptions read = StructSize.Read(given, MienOptions.Version1Size, Defaults);
        CheckRange(read.Threads, 0, MaxThreads, "threads");
        CheckRange(read.MaxFaces, 0, int.MaxValue, "max_faces");
        CheckRange(read.MaxFaceCropSize, 0, int.MaxValue, "max_face_crop_size");
        CheckRange(read.MaxBytes, 1, long.MaxValue, "max_bytes");
        CheckRange(read.MaxPixels, 1, long.MaxValue, "max_pixels");
        if (read.Reserved != 0)
        {
            throw Argument.BadOption("reserved", read.Reserved, "0");
        }

        if (!(read.MinFace >= 0) || float.IsInfinity(read.MinFace))
        {
            throw Argument.BadOption("min_face", read.MinFace, "a number of pixels, 0 or more");
        }

        var defaults = new RecognizerOptions();
        return defaults with
        {
            Model = NativeText.ReadOptional(read.Model, "model") ?? defaults.Model,
            Head = NativeText.ReadOptional(read.Head, "head"),
            Inference = defaults.Inference with
            {
                Device = Argument.Choice<InferenceDevice>(read.Device, "device"),
                Threads = read.Threads,
            },
            Detector = Argument.Choice<DetectorModel>(read.Detector, "detector"),
            Detection = defaults.Detection with
            {
                Angles = Argument.Choice<AngleSearch>(read.Angles, "angles"),
                Tiles = Argument.Choice<Tiling>(read.Tiles, "tiles"),
                MaxFaces = read.MaxFaces,
                MinScore = Share(read.MinScore, "min_score") ?? defaults.Detection.MinScore,
                MinFace = read.MinFace,
            },
            UncertainBelow = Share(read.UncertainBelow, "uncertain_below"),
            MaxFaceCropSize = read.MaxFaceCropSize,
            Limits = new ImageLimits
            {
                MaxBytes = read.MaxBytes,
                MaxPixels = Math.Min(read.MaxPixels, Array.MaxLength / 4),
            },
        };
    }

    private static float? Share(float value, string name) =>
        value switch
        {
            < 0 => null,
            <= 1 => value,
            _ => throw Argument.BadOption(name, value, "0 to 1, or a negative number for the default"),
        };

    private static void CheckRange(long value, long min, long max, string name)
    {
        if (value < min || value > max)
        {
            throw Argument.BadOption(name, value, max < int.MaxValue ? $"{min} to {max}" : $"{min} or more");
        }
    }
}
