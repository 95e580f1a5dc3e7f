using System.Globalization;
using System.Security.Cryptography;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;
using Mien.Networks;

namespace Mien.Lab;

/// <summary>The members of an ensemble, checked against each other, and the contract that they have together.</summary>
internal sealed class EnsembleMembers
{
    private const string Features = "features";
    private const string Maps = "maps";

    private readonly IReadOnlyList<Member> members;
    private readonly string[] labels;
    private readonly string[]? heads;
    private readonly int width;
    private readonly int height;
    private readonly float scale;
    private readonly float offset;
    private readonly IReadOnlyList<int>? mapSides;

    private EnsembleMembers(IReadOnlyList<Member> members)
    {
        this.members = members;
        ModelContract first = members[0].Contract;
        labels = [.. first.Labels.Select(Canonical)];
        heads = first.Heads?.Select(h => h.Name).ToArray();
        foreach (Member member in members.Skip(1))
        {
            CheckLabels(member);
        }

        width = members.Max(m => m.Contract.Width);
        height = members.Max(m => m.Contract.Height);
        bool sameScale = members.All(m => (m.Contract.Scale, m.Contract.Offset) == (first.Scale, first.Offset));
        (scale, offset) = sameScale ? (first.Scale, first.Offset) : (1f / 255, 0);
        if (members.FirstOrDefault(m => m.Features is null) is { } without)
        {
            Notes.Add($"The ensemble has no output with features: {without.Source} does not end in a dense layer.");
        }

        mapSides = CommonMaps(out string? problem);
        if (problem is not null)
        {
            Notes.Add($"The ensemble has no class activation maps: {problem}.");
        }
    }

    /// <summary>What the user should know about the ensemble.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Whether the members have a head for the FER+ votes.</summary>
    public bool HasVotes => heads?.Contains(LabelSets.FerPlus) == true;

    /// <summary>Opens models and checks that they can be averaged.</summary>
    /// <param name="models">Built-in models' names, or paths of ONNX files.</param>
    /// <param name="weights">A weight for each; <c>null</c> for equal ones.</param>
    /// <exception cref="MienException">A model cannot be loaded.</exception>
    /// <exception cref="UsageException">The models have different labels or heads.</exception>
    public static EnsembleMembers Open(IReadOnlyList<string> models, IReadOnlyList<double>? weights)
    {
        if (weights is not null && weights.Count != models.Count)
        {
            throw new UsageException(
                $"--weights has {weights.Count} weights for {models.Count} models, expected one for each."
            );
        }

        double sum = weights?.Sum() ?? models.Count;
        return new EnsembleMembers([
            .. models.Select((m, i) => Member.Open(m, (float)((weights is null ? 1 : weights[i]) / sum))),
        ]);
    }

    /// <summary>The contract of the ensemble before calibration.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="licence">The licence of the weights; <c>null</c> for that of the members.</param>
    /// <exception cref="UsageException">The members have different licences, and none is given.</exception>
    public ModelContract Contract(string name, string? licence)
    {
        ModelContract first = members[0].Contract;
        string[] licences = [.. members.Select(m => m.Contract.Licence ?? "none").Distinct()];
        if (licence is null && licences.Length > 1)
        {
            throw new UsageException(
                $"The members have the licences {string.Join(", ", licences)}. Give that of the ensemble with "
                    + $"--licence."
            );
        }

        return new ModelContract
        {
            Name = name,
            Width = width,
            Height = height,
            Scale = scale,
            Offset = offset,
            Resize = first.Resize,
            Labels = first.Labels,
            FeaturesName = members.Any(m => m.Features is null) ? null : Features,
            Maps = mapSides is null ? null : first.Maps! with { Name = Maps },
            Heads = heads
                ?.Select(
                    (h, i) =>
                        new ModelHead
                        {
                            Name = h,
                            Offset = i * labels.Length,
                            TrainingData = DataText(m => m.Heads!.First(o => o.Name == h).TrainingData),
                        }
                )
                .ToArray(),
            Blend = heads is null ? null : new HeadBlend { Weights = BlendWeights() },
            TrainingData = DataText(m => m.TrainingData),
            Licence = licence ?? first.Licence,
            Metrics = Sums("parameters", "macs"),
        };
    }

    /// <summary>The bytes of the ensemble's file.</summary>
    /// <param name="contract">Its contract.</param>
    public byte[] Write(ModelContract contract) =>
        OnnxEnsemble.Write(
            [.. members.Select(ToOnnx)],
            new OnnxEnsembleOptions
            {
                InputName = contract.InputName,
                OutputName = contract.OutputName,
                Height = height,
                Width = width,
                Scale = scale,
                Offset = offset,
                Heads = heads?.Length ?? 1,
                Labels = labels.Length,
                FeaturesName = members.Any(m => m.Features is null) ? null : Features,
                Features = members.Sum(m => m.Features?.Count ?? 0),
                MapsName = contract.Maps?.Name,
                MapHeight = mapSides?[1] ?? 0,
                MapWidth = mapSides?[2] ?? 0,
            },
            new Dictionary<string, string> { [ModelContract.MetadataKey] = contract.ToJson() }
        );

    private OnnxEnsembleMember ToOnnx(Member member)
    {
        ModelContract c = member.Contract;
        bool resized = c.Width != width || c.Height != height;
        return new OnnxEnsembleMember
        {
            Source = member.Source,
            Model = member.Bytes,
            Weight = member.Weight,
            InputName = c.InputName,
            OutputName = c.OutputName,
            Height = c.Height,
            Width = c.Width,
            Scale = c.Scale,
            Offset = c.Offset,
            Rows = resized ? ResizeMatrix.Of(height, c.Height, c.Resize) : null,
            Columns = resized ? ResizeMatrix.Transposed(width, c.Width, c.Resize) : null,
            IsProbabilities = c.Output == ModelOutput.Probabilities,
            Order = Order(c),
            Temperatures = heads is null
                ? [c.Temperature]
                : [.. heads.Select(h => c.Heads!.First(o => o.Name == h).Temperature)],
            FeaturesName = member.Features?.Name,
            MapsName = c.Maps?.Name,
        };
    }

    private List<long> Order(ModelContract contract)
    {
        string[] own = [.. contract.Labels.Select(Canonical)];
        IEnumerable<int> offsets = heads is null
            ? [0]
            : heads.Select(h => contract.Heads!.First(o => o.Name == h).Offset);
        return [.. offsets.SelectMany(o => labels.Select(l => (long)(o + Array.IndexOf(own, l))))];
    }

    private void CheckLabels(Member member)
    {
        Member first = members[0];
        if (!member.Contract.Labels.Select(Canonical).ToHashSet().SetEquals(labels))
        {
            throw new UsageException(
                $"{member.Source}: the model has the labels {string.Join(", ", member.Contract.Labels)}, and "
                    + $"{first.Source} has {string.Join(", ", first.Contract.Labels)}. The members of an ensemble need "
                    + $"the same labels."
            );
        }

        if (!Names(member.Contract).ToHashSet().SetEquals(Names(first.Contract)))
        {
            throw new UsageException(
                $"{member.Source}: the model has {HeadText(member.Contract)}, and {first.Source} has "
                    + $"{HeadText(first.Contract)}. The members of an ensemble need the same heads: add one with "
                    + $"mien-lab add-head, or leave the model out."
            );
        }

        static IEnumerable<string> Names(ModelContract contract) => contract.Heads?.Select(h => h.Name) ?? [];

        static string HeadText(ModelContract contract) =>
            contract.Heads is { } heads ? $"the heads {string.Join(", ", heads.Select(h => h.Name))}" : "one head";
    }

    /// <summary>The sides of the members' class activation maps, if all have such maps at the same places.</summary>
    private IReadOnlyList<int>? CommonMaps(out string? problem)
    {
        ClassMapOutput? first = members[0].Contract.Maps;
        IReadOnlyList<int>? sides = members[0].MapSides;
        foreach (Member member in members)
        {
            if (member.Contract.Maps is not { } maps || member.MapSides is not { } own)
            {
                problem = $"{member.Source} has none";
                return null;
            }

            if (
                (maps.Top, maps.Left, maps.Step) != (first!.Top, first.Left, first.Step)
                || !own.SequenceEqual(sides!)
                || (member.Contract.Width, member.Contract.Height) != (width, height)
            )
            {
                problem = $"those of {member.Source} have another size or place than those of {members[0].Source}";
                return null;
            }
        }

        problem = null;
        return sides;
    }

    private float[] BlendWeights()
    {
        // In the order of the first member's heads; the blend of all must be the same to be kept. Weights depend on
        // each member's temperatures, so the shares behind them are compared.
        float[][] each =
        [
            .. members
                .Where(m => m.Contract.Blend is not null)
                .Select(m =>
                {
                    float[] shares = HeadCalibration.Shares(m.Contract.Blend!.Weights, m.Contract.Heads!);
                    return heads!.Select(h => shares[m.Contract.Heads!.ToList().FindIndex(o => o.Name == h)]).ToArray();
                }),
        ];
        return
            each.Length == members.Count
            && each.All(shares => shares.Zip(each[0]).All(p => Math.Abs(p.First - p.Second) < 1e-4))
            ? each[0]
            : [.. heads!.Select(_ => 1f / heads!.Length)];
    }

    private string DataText(Func<ModelContract, string?> of)
    {
        IEnumerable<string> names = members.Select(m =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{m.Contract.Name} (SHA-256 {m.Hash[..16]}…, {m.Weight:0.###})"
            )
        );
        string[] data =
        [
            .. members
                .Select(m => of(m.Contract) is { } text ? RunInfo.CurrentWording(text) : "unknown data")
                .Distinct(),
        ];
        return $"ensemble of {string.Join(", ", names)}; "
            + (
                data.Length == 1
                    ? data[0]
                    : string.Join(
                        "; ",
                        members.Select(m =>
                            $"{m.Contract.Name}: "
                            + (of(m.Contract) is { } text ? RunInfo.CurrentWording(text) : "unknown data")
                        )
                    )
            );
    }

    private SortedDictionary<string, double> Sums(params ReadOnlySpan<string> names)
    {
        var sums = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (members.All(m => m.Contract.Metrics.ContainsKey(name)))
            {
                sums[name] = members.Sum(m => m.Contract.Metrics[name]);
            }
        }

        return sums;
    }

    /// <summary>A label's own name for one of the seven expressions, which models may spell differently.</summary>
    private static string Canonical(string label) =>
        Expressions.TryParse(label, out Expression expression) ? Expressions.Names[(int)expression] : label;

    /// <summary>A model with its bytes.</summary>
    private sealed record Member(string Source, byte[] Bytes, ModelContract Contract, float Weight)
    {
        public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Bytes));

        /// <summary>The tensor with the features and their number; <c>null</c> if the model has none.</summary>
        public (string Name, int Count)? Features { get; } = FeaturesOf(Source, Bytes, Contract);

        /// <summary>Channels, rows and columns of its class activation maps.</summary>
        public IReadOnlyList<int>? MapSides { get; } =
            Contract.Maps is { } maps && OnnxEnsemble.SidesOf(Bytes, maps.Name) is [_, _, _] sides ? sides : null;

        public static Member Open(string model, float weight)
        {
            // Loading the model checks the file and its contract.
            using ExpressionClassifier classifier = ExpressionClassifier.Load(model);
            return new Member(model, ModelFile.Read(model), classifier.Contract, weight);
        }

        private static (string Name, int Count)? FeaturesOf(string source, byte[] bytes, ModelContract contract)
        {
            if (OnnxEnsemble.SidesOf(bytes, EnsembleMembers.Features) is [var count])
            {
                return (EnsembleMembers.Features, count);
            }

            try
            {
                OnnxLastLayer layer = OnnxLastLayer.Find(bytes, contract.OutputName, source);
                return (layer.FeatureName, layer.Features);
            }
            catch (NetworkException)
            {
                return null;
            }
        }
    }
}
