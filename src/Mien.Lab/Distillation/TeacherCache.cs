using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Mien.Data;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// A folder with the answers of teachers, one file for each teacher and copy of the images, which many students share.
/// A file's name is a hash of all that the answers depend on. It grows under a temporary name, from which an
/// interrupted computation continues, and ends with a checksum. Processes compute one after another.
/// </summary>
/// <param name="folder">The folder; it need not exist.</param>
internal sealed class TeacherCache(string folder)
{
    /// <summary>Images per run. A file continues at a multiple of it, so that its bytes are always the same.</summary>
    public const int Batch = 64;

    // Changes whenever another augmentation would be rendered from the same keys.
    private const string Version = "mien teacher answers 1";

    private const int HeaderLength = 48;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(0.2);

    /// <summary>Reads the answers of a teacher for one copy of the images, or computes and keeps them.</summary>
    /// <param name="network">The teacher.</param>
    /// <param name="recipe">The recipe; its seed and its keys for augmentation are used.</param>
    /// <param name="train">The training images.</param>
    /// <param name="copy">The copy: the epoch of its augmentation; a plain image: 0, and mirrored: 1.</param>
    /// <param name="plain">Whether the images are plain.</param>
    /// <param name="progress">Receives the number of images that are done.</param>
    /// <param name="note">Receives what the user should know.</param>
    /// <param name="cancellationToken">Cancels after a batch; the answers so far are kept.</param>
    /// <returns>images × 7 probabilities, and those of the head for votes if the teacher has one.</returns>
    /// <exception cref="MienException"><c>cannotWrite</c>, or the teacher fails.</exception>
    public TeacherAnswers Get(
        ITeacherNetwork network,
        TrainingRecipe recipe,
        FaceDataset train,
        int copy,
        bool plain,
        Action<int> progress,
        Action<string> note,
        CancellationToken cancellationToken
    )
    {
        int width = (network.HasVotes ? 2 : 1) * Expressions.Count;
        byte[] header = Header(network, recipe, train, copy, plain, width);
        string path = Path.Combine(folder, Convert.ToHexStringLower(header.AsSpan(8, 20)) + ".answers");
        float[] rows = new float[train.Count * width];
        if (!TryRead(path, header, rows, note))
        {
            try
            {
                Directory.CreateDirectory(folder);
                using FileStream alone = Lock(cancellationToken);
                // Another process may have computed them in the meantime.
                if (!TryRead(path, header, rows, note))
                {
                    Compute(path, header, rows, Fill, progress, cancellationToken);
                }
            }
            catch (Exception e) when (OutputFile.Error(path, e) is { } error)
            {
                throw error;
            }
        }

        progress(train.Count);
        return Split(rows, width);

        void Fill(int start, int count)
        {
            int size = network.Height * network.Width;
            Augmenter augmenter = network.AugmenterOf(plain ? recipe with { Flip = copy } : recipe, train);
            float[] inputs = new float[count * size];
            for (int i = 0; i < count; i++)
            {
                augmenter.Write(
                    start + i,
                    plain ? 0 : copy,
                    plain,
                    network.Height,
                    network.Width,
                    inputs.AsSpan(i * size, size)
                );
            }

            float[] labels = new float[count * Expressions.Count];
            float[] votes = new float[labels.Length];
            network.Predict(inputs, count, labels, votes);
            for (int i = 0; i < count; i++)
            {
                Span<float> row = rows.AsSpan((start + i) * width, width);
                labels.AsSpan(i * Expressions.Count, Expressions.Count).CopyTo(row);
                if (network.HasVotes)
                {
                    votes.AsSpan(i * Expressions.Count, Expressions.Count).CopyTo(row[Expressions.Count..]);
                }
            }
        }
    }

    private static TeacherAnswers Split(float[] rows, int width)
    {
        if (width == Expressions.Count)
        {
            return new TeacherAnswers(rows, null);
        }

        float[] labels = new float[rows.Length / 2];
        float[] votes = new float[labels.Length];
        for (int i = 0; i < labels.Length / Expressions.Count; i++)
        {
            Span<float> row = rows.AsSpan(i * width, width);
            row[..Expressions.Count].CopyTo(labels.AsSpan(i * Expressions.Count));
            row[Expressions.Count..].CopyTo(votes.AsSpan(i * Expressions.Count));
        }

        return new TeacherAnswers(labels, votes);
    }

    /// <summary>Reads a complete file.</summary>
    /// <returns>Whether there is one; a damaged one is deleted.</returns>
    private static bool TryRead(string path, byte[] header, float[] rows, Action<string> note)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        byte[] content = File.ReadAllBytes(path);
        int length = HeaderLength + (rows.Length * sizeof(float));
        if (
            content.Length != length + SHA256.HashSizeInBytes
            || !content.AsSpan(0, HeaderLength).SequenceEqual(header)
            || !SHA256.HashData(content.AsSpan(0, length)).AsSpan().SequenceEqual(content.AsSpan(length))
        )
        {
            note($"{path}: the teacher's answers are damaged; they are computed again.");
            File.Delete(path);
            return false;
        }

        content.AsSpan(HeaderLength, length - HeaderLength).CopyTo(MemoryMarshal.AsBytes(rows.AsSpan()));
        Swap(rows);
        return true;
    }

    private static void Compute(
        string path,
        byte[] header,
        float[] rows,
        Action<int, int> fill,
        Action<int> progress,
        CancellationToken cancellationToken
    )
    {
        int count = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(44)),
            width = rows.Length / count;
        string part = path + ".part";
        using (var stream = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read))
        {
            int done = Continue(stream, header, rows, count);
            while (done < count)
            {
                progress(done);
                cancellationToken.ThrowIfCancellationRequested();
                int batch = Math.Min(Batch, count - done);
                fill(done, batch);
                float[] added = rows[(done * width)..((done + batch) * width)];
                Swap(added);
                stream.Write(MemoryMarshal.AsBytes(added.AsSpan()));
                stream.Flush();
                done += batch;
            }

            stream.Position = 0;
            byte[] sum = SHA256.HashData(stream);
            stream.Write(sum);
            stream.Flush(flushToDisk: true);
        }

        File.Move(part, path, overwrite: true);
    }

    /// <summary>Reads the rows of an interrupted computation and leaves the stream where the next belongs.</summary>
    /// <returns>The number of complete rows, a multiple of <see cref="Batch"/>.</returns>
    private static int Continue(FileStream stream, byte[] header, float[] rows, int count)
    {
        int width = rows.Length / count;
        byte[] found = new byte[HeaderLength];
        int done = 0;
        if (
            stream.ReadAtLeast(found, HeaderLength, throwOnEndOfStream: false) == HeaderLength
            && found.AsSpan().SequenceEqual(header)
        )
        {
            long complete = (stream.Length - HeaderLength) / (width * sizeof(float));
            done = (int)Math.Min(count / Batch, complete / Batch) * Batch;
            stream.ReadExactly(MemoryMarshal.AsBytes(rows.AsSpan(0, done * width)));
            Swap(rows.AsSpan(0, done * width));
        }
        else
        {
            stream.Position = 0;
            stream.Write(header);
        }

        stream.SetLength(stream.Position);
        return done;
    }

    /// <summary>Waits until no other process computes answers in this folder.</summary>
    private FileStream Lock(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(
                    Path.Combine(folder, "lock"),
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None
                );
            }
            catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
            {
                if (cancellationToken.WaitHandle.WaitOne(Wait))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
        }
    }

    private static byte[] Header(
        ITeacherNetwork network,
        TrainingRecipe recipe,
        FaceDataset train,
        int copy,
        bool plain,
        int width
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{Version}\n{network.Hash}\n"));
        hash.AppendData(Encoding.UTF8.GetBytes(Augmentation(recipe, copy, plain)));
        hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"\n{train.Width}×{train.Height}\n")));
        hash.AppendData(train.Pixels);
        byte[] header = new byte[HeaderLength];
        "MIENTEAC"u8.CopyTo(header);
        hash.GetHashAndReset().CopyTo(header, 8);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(40), width);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(44), train.Count);
        return header;
    }

    /// <summary>All that an augmented image depends on besides the image and the teacher's input.</summary>
    private static string Augmentation(TrainingRecipe r, int copy, bool plain) =>
        plain
            ? FormattableString.Invariant($"plain {copy}")
            : string.Join(
                ' ',
                (
                    (double[])
                        [
                            r.Seed,
                            copy,
                            r.Flip,
                            r.Shift,
                            r.Rotation,
                            r.Scale,
                            r.Crop,
                            r.Framing,
                            r.Brightness,
                            r.Contrast,
                            r.Erasing,
                            r.ErasingArea,
                        ]
                ).Select(v => FormattableString.Invariant($"{v:R}"))
            );

    private static void Swap(Span<float> values)
    {
        if (!BitConverter.IsLittleEndian)
        {
            Span<uint> bits = MemoryMarshal.Cast<float, uint>(values);
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }
    }
}
