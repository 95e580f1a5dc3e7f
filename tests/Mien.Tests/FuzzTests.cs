using System.Globalization;
using CsCheck;
using SkiaSharp;

namespace Mien.Tests;

/// <summary>
/// Fuzzing of the whole pipeline from bytes to expressions: a damaged image gives a result or a
/// <see cref="MienException"/>, in bounded memory. A normal run uses the same 400 cases each time. With
/// MIEN_FUZZ_SECONDS=600, CsCheck generates new cases for that time, shrinks failures and prints their seed
/// (CsCheck_Seed=… repeats one). No other test may run at the same time, because this one measures the memory of the
/// process.
/// </summary>
[Collection(nameof(FuzzTests))]
[CollectionDefinition(nameof(FuzzTests), DisableParallelization = true)]
public sealed class FuzzTests
{
    private const int QuickCases = 400;
    private const int MaxPixels = 500_000;
    private const int MaxBytes = 1 << 20;

    private static readonly byte[][] Seeds = MakeSeeds();

    private static readonly Gen<Change> Changes = Gen.Select(
        Gen.Int[0, 5],
        Gen.Double.Unit,
        Gen.Double.Unit,
        Gen.Int[1, 64],
        Gen.Int[0, 255],
        Gen.Int[0, Seeds.Length - 1],
        (kind, place, other, length, value, seed) =>
            new Change((ChangeKind)kind, place, other, length, (byte)value, seed)
    );

    private static readonly Gen<Damaged> Cases = Gen.Select(
        Gen.Int[0, Seeds.Length - 1],
        Changes.Array[0, 6],
        (seed, changes) => new Damaged(seed, changes)
    );

    private enum ChangeKind
    {
        FlipBits,
        SetByte,
        Cut,
        RepeatPart,
        RemovePart,
        TakePartOfOther,
    }

    [Fact]
    public void A_damaged_image_gives_a_result_or_an_error_in_bounded_memory()
    {
        string? seconds = Environment.GetEnvironmentVariable("MIEN_FUZZ_SECONDS");
        using FaceExpressionRecognizer recognizer = Recognizers.Create(
            new RecognizerOptions
            {
                Limits = new ImageLimits { MaxPixels = MaxPixels, MaxBytes = MaxBytes },
                Detector = DetectorModel.Front,
                Detection = new DetectionOptions { Tiles = Tiling.Auto, MinScore = 0.3f },
            }
        );
        foreach (byte[] seed in Seeds)
        {
            recognizer.Recognize(seed, options: new RecognitionOptions { IsFaceCrop = false });
        }

        GC.Collect();
        long memory = Environment.WorkingSet,
            most = 0;
        long native = NativeObjects.Alive;
        int results = 0,
            errors = 0,
            faces = 0;
        if (seconds is null)
        {
            for (int i = 0; i < QuickCases; i++)
            {
                AssertRefused(Draw(new Random(i)));
            }
        }
        else
        {
            Cases.Sample(
                AssertRefused,
                time: int.Parse(seconds, CultureInfo.InvariantCulture),
                threads: 1,
                print: c => c.ToString()
            );
        }

        Assert.True(
            results > 0 && errors > 0 && faces > 0,
            $"{results} results, {faces} faces, {errors} errors: the changes are too weak or too strong"
        );
        Assert.Equal(native, NativeObjects.Alive);
        long grown = most - memory;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{results} results, {errors} errors, {grown >> 20} MiB more at most"
        );
        Assert.True(grown < 200L << 20, $"the process grew by {grown >> 20} MiB");

        void AssertRefused(Damaged damaged)
        {
            byte[] file = Apply(damaged);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                RecognitionResult result = recognizer.Recognize(
                    file,
                    "damaged",
                    cancellationToken: TestContext.Current.CancellationToken
                );
                Assert.True(
                    (long)result.Width * result.Height <= MaxPixels,
                    $"{damaged}: {result.Width}×{result.Height}"
                );
                foreach (RecognizedFace f in result.Faces)
                {
                    Assert.True(
                        f.LabelScores.Values.All(p => p is >= 0 and <= 1) && float.IsFinite(f.Box.Area),
                        $"{damaged}: {f.Box}"
                    );
                    faces++;
                }

                results++;
            }
            catch (MienException e)
            {
                Assert.StartsWith("damaged: ", e.Message, StringComparison.Ordinal);
                Assert.Contains(
                    e.Code,
                    new[] { "emptyFile", "tooLarge", "notAnImage", "truncatedImage", "corruptImage" }
                );
                errors++;
            }

            most = Math.Max(most, Environment.WorkingSet);

            // Two images of the maximum size (one is rotated into the other), plus the memory of detection.
            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(taken < (2 * 4 * MaxPixels) + (4 << 20), $"{damaged}: {taken} bytes");
        }
    }

    private static Damaged Draw(Random random)
    {
        var changes = new Change[random.Next(7)];
        for (int i = 0; i < changes.Length; i++)
        {
            changes[i] = new Change(
                (ChangeKind)random.Next(6),
                random.NextDouble(),
                random.NextDouble(),
                random.Next(1, 65),
                (byte)random.Next(256),
                random.Next(Seeds.Length)
            );
        }

        return new Damaged(random.Next(Seeds.Length), changes);
    }

    private static byte[] Apply(Damaged damaged)
    {
        var file = new List<byte>(Seeds[damaged.Seed]);
        foreach (Change change in damaged.Changes)
        {
            // squared, so that changes hit headers more often
            int at = Math.Min((int)(change.Place * change.Place * file.Count), Math.Max(0, file.Count - 1));
            int length = Math.Min(change.Length, file.Count - at);
            switch (change.Kind)
            {
                case ChangeKind.FlipBits when file.Count > 0:
                    file[at] ^= (byte)(change.Value | 1);
                    break;
                case ChangeKind.SetByte when file.Count > 0:
                    file[at] = change.Value;
                    break;
                case ChangeKind.Cut:
                    file.RemoveRange((int)(change.Other * file.Count), file.Count - (int)(change.Other * file.Count));
                    break;
                case ChangeKind.RepeatPart:
                    file.InsertRange((int)(change.Other * file.Count), file.GetRange(at, length));
                    break;
                case ChangeKind.RemovePart:
                    file.RemoveRange(at, length);
                    break;
                case ChangeKind.TakePartOfOther:
                    byte[] other = Seeds[change.Seed];
                    int from = (int)(change.Other * other.Length);
                    file.InsertRange(at, other[from..Math.Min(other.Length, from + (change.Length * 8))]);
                    break;
                default:
                    break;
            }
        }

        return [.. file];
    }

    private static byte[][] MakeSeeds()
    {
        GrayImage photo = MadePhotos.Canvas(180, 150, new MadeFace("happiness", 30, 20, 110));
        byte[] jpeg = ImageFiles.Encode(photo, SKEncodedImageFormat.Jpeg, 80);
        byte[] webp = ImageFiles.Encode(photo, SKEncodedImageFormat.Webp, 80);
        GrayImage small = new(70, 66, [.. photo.Resize(70, 66, ResizeKernel.Box).Pixels.Select(p => (byte)(p & 0xFE))]);
        uint[] colours =
        [
            .. small.Pixels.Select((p, i) => ((uint)(i % 256) << 24) | ((uint)p << 16) | 0x4000u | (uint)(255 - p)),
        ];
        return
        [
            jpeg,
            ImageFiles.WithOrientation(jpeg, 6),
            ImageFiles.CmykJpeg(200, 100, 50, 255),
            photo.EncodePng(),
            ImageFiles.WithPngChunk(small.EncodePng(), "eXIf", ImageFiles.Exif(5)),
            ImageFiles.EncodeColours(70, 66, colours, SKEncodedImageFormat.Png),
            ImageFiles.Png(70, 66, 8, 3, small.Pixels, [.. Enumerable.Range(0, 768).Select(i => (byte)i)], [0, 128]),
            ImageFiles.Png(35, 66, 16, 0, small.Pixels),
            webp,
            ImageFiles.WebpWithOrientation(webp, 180, 150, 8),
            ImageFiles.EncodeColours(70, 66, colours, SKEncodedImageFormat.Webp),
            ImageFiles.Bmp(small),
            ImageFiles.Gif(small),
        ];
    }

    private sealed record Change(ChangeKind Kind, double Place, double Other, int Length, byte Value, int Seed);

    private sealed record Damaged(int Seed, Change[] Changes)
    {
        public override string ToString() =>
            $"image {Seed} with {string.Join(", ", Changes.Select(c => c.ToString()))}";
    }
}
