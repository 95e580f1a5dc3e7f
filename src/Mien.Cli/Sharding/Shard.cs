using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// One of <paramref name="Count"/> parts of the photos. The part of a photo follows from its relative path alone, so
/// that no photo changes its part when others come or go, and machines need not talk to each other.
/// </summary>
/// <param name="Index">The number of the shard, from 0.</param>
/// <param name="Count">The number of shards.</param>
internal readonly record struct Shard(int Index, int Count)
{
    /// <summary>What the name of the shard replaces in the names of files.</summary>
    public const string Placeholder = "{shard}";

    private const string Auto = "auto";

    private const string SlurmIndex = "SLURM_ARRAY_TASK_ID";
    private const string AwsIndex = "AWS_BATCH_JOB_ARRAY_INDEX";
    private const string AwsCount = "AWS_BATCH_JOB_ARRAY_SIZE";
    private const string KubernetesIndex = "JOB_COMPLETION_INDEX";

    private static readonly string[] IndexVariables = [SlurmIndex, AwsIndex, KubernetesIndex];

    /// <summary>
    /// The name in files, such as <c>0003-of-0100</c>. Names of the shards of one run sort in order of the index.
    /// </summary>
    public string Name
    {
        get
        {
            string count = Count.ToString("D4", CultureInfo.InvariantCulture);
            return $"{Index.ToString($"D{count.Length}", CultureInfo.InvariantCulture)}-of-{count}";
        }
    }

    /// <summary>Parses the value of <c>--shard</c>.</summary>
    /// <param name="text"><c>I/N</c>, <c>auto</c> or <c>auto/N</c>.</param>
    /// <param name="environment">Gives the value of an environment variable; <c>null</c> if it is not set.</param>
    /// <exception cref="UsageException">
    /// The value has another form, a number is out of range, or the variables are missing or ambiguous.
    /// </exception>
    public static Shard Parse(string text, Func<string, string?> environment)
    {
        if (text == Auto)
        {
            return OfArrayJob(environment);
        }

        string[] parts = text.Split('/');
        if (parts.Length != 2 || Number(parts[1]) is not { } count || (parts[0] != Auto && Number(parts[0]) is null))
        {
            throw new UsageException(
                $"--shard is '{text}', expected I/N such as 0/100 (the first of 100 shards), auto, or auto/N."
            );
        }

        if (count == 0)
        {
            throw new UsageException($"--shard is '{text}', but the number of shards must be at least 1.");
        }

        if (parts[0] != Auto)
        {
            return Checked(Number(parts[0])!.Value, count, $"--shard is '{text}'");
        }

        string variable = OnlyIndexVariable(environment, text);
        return Checked(
            Read(variable, environment, text),
            count,
            $"--shard is '{text}' and {variable} is {environment(variable)}"
        );
    }

    /// <summary>The shard of a photo, from 0: the first 8 bytes of the SHA-256 of its path, modulo the count.</summary>
    /// <param name="relative">The path of the photo relative to the given root.</param>
    /// <param name="count">The number of shards.</param>
    public static int Of(string relative, int count)
    {
        // The same number on every platform. A backslash is a separator on Windows only.
        string path = Path.DirectorySeparatorChar == '/' ? relative : relative.Replace('\\', '/');
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(path), hash);
        return (int)(BinaryPrimitives.ReadUInt64BigEndian(hash) % (ulong)count);
    }

    /// <summary>Replaces <c>{shard}</c> in the name of an output file or of a list.</summary>
    /// <exception cref="UsageException">There is a <c>{shard}</c>, but no shard.</exception>
    public static string InName(string file, Shard? shard) =>
        !file.Contains(Placeholder, StringComparison.Ordinal) ? file
        : shard is { } part ? file.Replace(Placeholder, part.Name, StringComparison.Ordinal)
        : throw new UsageException($"'{file}' contains {Placeholder}, but --shard is not given.");

    /// <summary>Whether a photo belongs to this shard.</summary>
    /// <param name="relative">The path of the photo relative to the given root.</param>
    public bool Has(string relative) => Of(relative, Count) == Index;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");

    /// <summary>The shard of a system that tells both numbers: Slurm and AWS Batch.</summary>
    private static Shard OfArrayJob(Func<string, string?> environment)
    {
        string variable = OnlyIndexVariable(environment, Auto);
        int index = Read(variable, environment, Auto);
        switch (variable)
        {
            case AwsIndex:
                int size = Read(AwsCount, environment, Auto);
                return Checked(index, size, $"{AwsIndex} is {index} and {AwsCount} is {size}");
            case SlurmIndex:
                int count = Read("SLURM_ARRAY_TASK_COUNT", environment, Auto);
                int min = Read("SLURM_ARRAY_TASK_MIN", environment, Auto);
                int max = Read("SLURM_ARRAY_TASK_MAX", environment, Auto);

                // With --array=1-100 or 0-99:2, or when some tasks are submitted again, the index is no shard.
                return min == 0 && max == count - 1
                    ? Checked(index, count, $"{SlurmIndex} is {index} and SLURM_ARRAY_TASK_COUNT is {count}")
                    : throw new UsageException(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"--shard auto: the Slurm array has {count} tasks from {min} to {max}, expected --array="
                                + $"0-{Math.Max(count - 1, 0)}. If these are some tasks of a larger array, say of how "
                                + $"many shards: --shard auto/N."
                        )
                    );
            default:
                throw new UsageException(
                    $"--shard auto: {variable} is the index, but Kubernetes does not tell the number of shards. Use "
                        + $"--shard auto/N, where N is the number of completions of the job."
                );
        }
    }

    private static string OnlyIndexVariable(Func<string, string?> environment, string text)
    {
        string[] set = [.. IndexVariables.Where(v => !string.IsNullOrEmpty(environment(v)))];
        return set switch
        {
            [var only] => only,
            [] => throw new UsageException(
                $"--shard {text}: none of {string.Join(", ", IndexVariables)} is set, so this is not a task of an "
                    + $"array job. Use --shard I/N."
            ),
            _ => throw new UsageException(
                $"--shard {text}: {string.Join(" and ", set)} are set, so the shard is ambiguous. Use --shard I/N, or "
                    + $"unset all but one."
            ),
        };
    }

    private static int Read(string variable, Func<string, string?> environment, string text)
    {
        string? value = environment(variable);
        return Number(value) is { } number ? number
            : string.IsNullOrEmpty(value)
                ? throw new UsageException($"--shard {text}: {variable} is not set. Use --shard auto/N or --shard I/N.")
            : throw new UsageException(
                $"--shard {text}: {variable} is '{value}', expected a whole number. Use --shard I/N."
            );
    }

    private static Shard Checked(int index, int count, string found) =>
        index < count
            ? new Shard(index, count)
            : throw new UsageException(
                count == 0
                    ? $"{found}, but the number of shards must be at least 1."
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"{found}: there is no shard {index} of {count}. Shards are numbered from 0 to {count - 1}."
                    )
            );

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
