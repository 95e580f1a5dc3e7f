namespace Mien.Native;

/// <summary>Reads the options of one call.</summary>
internal static unsafe class CallOptionsReader
{
    /// <summary>More boxes than any photo has faces; each costs memory for its crop.</summary>
    public const int MaxBoxes = 100_000;

    /// <summary>Reads options; null gives the defaults.</summary>
    /// <exception cref="MienException"><c>badOption</c>, <c>badStructSize</c>, <c>badText</c>.</exception>
    public static RecognitionOptions Read(MienCallOptions* given)
    {
        if (given is null)
        {
            return new RecognitionOptions();
        }

        MienCallOptions read = StructSize.Read(given, MienCallOptions.Version1Size, default);
        return new RecognitionOptions
        {
            IsFaceCrop = Argument.Choice<FaceCropChoice>(read.IsFaceCrop, "is_face_crop") switch
            {
                FaceCropChoice.Yes => true,
                FaceCropChoice.No => false,
                _ => null,
            },
            Head = NativeText.ReadOptional(read.Head, "head"),
            Boxes = Boxes(read.Boxes, read.BoxCount),
        };
    }

    private static FaceBox[]? Boxes(MienBox* boxes, long count)
    {
        if (boxes is null)
        {
            return count == 0 ? null : throw Argument.BadOption("box_count", count, "0, because boxes is NULL");
        }

        if (count is < 0 or > MaxBoxes)
        {
            throw Argument.BadOption("box_count", count, $"0 to {MaxBoxes}");
        }

        var read = new FaceBox[count];
        for (int i = 0; i < read.Length; i++)
        {
            read[i] = new FaceBox(boxes[i].X, boxes[i].Y, boxes[i].Width, boxes[i].Height);
        }

        return read;
    }
}
