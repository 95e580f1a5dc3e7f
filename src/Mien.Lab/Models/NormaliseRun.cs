using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// Measures a model under crop normalisations on darkened images of PublicTest, and writes it with one of them.
/// </summary>
internal sealed class NormaliseRun(CommandConsole console)
{
    /// <summary>The accuracy at full brightness that the best kind may cost, in percentage points.</summary>
    public const double DefaultMaxCost = 0.2;

    /// <summary>The brightness that decides which kind is the best.</summary>
    private const double DecisiveBrightness = 0.1;

    private static readonly double[] Brightness = [1, 0.3, DecisiveBrightness, 0.05];

    /// <summary>A built-in model's name, or the path of an ONNX file.</summary>
    public required string Model { get; init; }

    /// <summary>The kind; <c>null</c> for the best one.</summary>
    public CropNormalisationKind? Kind { get; init; }

    /// <summary>The model file to write; <c>null</c> only measures.</summary>
    public string? Output { get; init; }

    public required CropNormalisation MeanDeviation { get; init; }

    public required CropNormalisation Percentiles { get; init; }

    /// <summary>The accuracy at full brightness that the best kind may cost, in percentage points.</summary>
    public double MaxCost { get; init; } = DefaultMaxCost;

    public bool Quiet { get; init; }

    public required GivenData Data { get; init; }

    private WorkProgressOptions Bar =>
        new()
        {
            Console = console,
            Quiet = Quiet,
            Unit = "images",
        };

    /// <summary>Runs the command. An existing file is replaced only by a complete new one.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellationToken)
    {
        if (!(MaxCost >= 0))
        {
            throw new UsageException($"--max-cost is {MaxCost}, expected percentage points, 0 or more.");
        }

        foreach (string problem in Tried().Select(CropNormalisation.Problem).OfType<string>())
        {
            throw new UsageException($"The normalisation cannot be used: {problem}.");
        }

        string? file = Output is { } named ? OutputPath.Prepare(named, "--output") : null;
        using OutputLock alone = OutputLock.Take([file]);
        byte[] model = Read(Model);
        ModelContract contract = ContractOf(model);
        FaceDataset images = (Data.Source() with { Votes = null }).Read(console, cancellationToken);
        FaceDataset validation = images.Only(DatasetSplit.PublicTest);
        if (validation.Count == 0)
        {
            throw new UsageException(
                $"{images.Name} has no PublicTest images, which the measurement needs. Give other --data."
            );
        }

        IReadOnlyList<Measurement> measured = Measure(model, contract, validation, cancellationToken);
        WriteTable(measured, validation);
        Measurement chosen = Kind is { } kind ? measured.Single(m => m.Kind == kind) : Best(measured, MaxCost);
        if (Kind is null)
        {
            console.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Best at a tenth of the brightness, at a cost of at most {MaxCost} points: "
                        + $"{NormalisationOptions.NameOf(chosen.Kind)}."
                )
            );
        }

        if (file is not null)
        {
            contract = Write(file, model, contract, chosen, validation, cancellationToken);
            console.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{file}: {ModelFile.Size(file)}, {NormalisationOptions.NameOf(chosen.Kind)}, "
                        + $"temperature {contract.Temperature:F3}, uncertain below {contract.UncertainBelow:F2}, "
                        + $"PublicTest {contract.Metrics["publicTest.accuracy"]:P2}"
                )
            );
        }

        return ExitCodes.Done;
    }

    /// <summary>
    /// Chooses the most accurate kind at a tenth of the brightness among those within the cost; none always is.
    /// </summary>
    internal static Measurement Best(IReadOnlyList<Measurement> measured, double maxCost) =>
        measured
            .Where(m => Cost(m, measured[0]) <= maxCost + 1e-9)
            .MaxBy(m => m.Curve.Points.Single(p => p.Strength == DecisiveBrightness).Correct)!;

    private static double Cost(Measurement measured, Measurement none) =>
        100 * (none.Curve.Points[0].Accuracy - measured.Curve.Points[0].Accuracy);

    /// <summary>The normalisations to measure, none first.</summary>
    private CropNormalisation[] Tried()
    {
        CropNormalisation[] all =
        [
            new CropNormalisation { Kind = CropNormalisationKind.None },
            MeanDeviation,
            Percentiles,
        ];
        return [.. all.Where(n => Kind is null || n.Kind == CropNormalisationKind.None || n.Kind == Kind)];
    }

    private List<Measurement> Measure(
        byte[] model,
        ModelContract contract,
        FaceDataset validation,
        CancellationToken cancellationToken
    )
    {
        CropNormalisation[] tried = Tried();
        using WorkProgress bar = WorkProgress.Start(
            "Measuring",
            (long)tried.Length * Brightness.Length * validation.Count,
            Bar
        );
        var measured = new List<Measurement>();
        foreach (CropNormalisation normalisation in tried)
        {
            int before = measured.Count * Brightness.Length * validation.Count;
            using var stream = new MemoryStream(Normalised(model, contract, normalisation));
            using ExpressionClassifier classifier = ExpressionClassifier.Load(stream, name: Model);
            measured.Add(
                new Measurement(
                    normalisation,
                    Robustness.Measure(
                        new ModelEvaluator(classifier),
                        validation,
                        Corruption.Darkness,
                        Brightness,
                        new ImmediateProgress<int>(done => bar.Report(before + done)),
                        cancellationToken
                    )
                )
            );
        }

        return measured;
    }

    private ModelContract Write(
        string file,
        byte[] model,
        ModelContract contract,
        Measurement chosen,
        FaceDataset validation,
        CancellationToken cancellationToken
    )
    {
        contract = contract with { Temperature = 1, UncertainBelow = null };
        OutputFile.WriteNamed(
            file,
            part =>
            {
                WritePart(contract);
                contract = ModelCalibration.Calibrate(contract, part, WritePart, validation, Bar, cancellationToken);
                WritePart(contract);

                void WritePart(ModelContract with)
                {
                    using OutputStream stream = OutputStream.Open(part, part, FileMode.Create, FileShare.None);
                    stream.Write(Normalised(model, with, chosen.Normalisation));
                }
            }
        );
        return contract;
    }

    /// <summary>The model's bytes with a normalisation in the graph and in the contract.</summary>
    private byte[] Normalised(byte[] model, ModelContract contract, CropNormalisation normalisation)
    {
        contract = contract with
        {
            CropNormalisation = normalisation.Kind == CropNormalisationKind.None ? null : normalisation,
        };
        return OnnxNormalisation.Replace(
            model,
            Model,
            contract.InputName,
            contract.Width * contract.Height,
            CropNormaliser.Of(normalisation, contract.Scale, contract.Offset),
            new Dictionary<string, string> { [ModelContract.MetadataKey] = contract.ToJson() }
        );
    }

    private static byte[] Read(string model)
    {
        if (!BuiltInModels.Names.Contains(model))
        {
            return InputFile.Read(model, "model", Array.MaxLength);
        }

        using Stream stream = BuiltInModels.Open(model);
        return InputFile.Read(stream, model, "model", Array.MaxLength);
    }

    private ModelContract ContractOf(byte[] model)
    {
        using var stream = new MemoryStream(model);
        using ExpressionClassifier classifier = ExpressionClassifier.Load(stream, name: Model);
        return classifier.Contract.Heads is null
            ? classifier.Contract
            : throw new UsageException(
                $"{Model}: the model has several heads, whose temperatures depend on the normalisation. Normalise the "
                    + $"model with one head, then add the other one."
            );
    }

    private void WriteTable(IReadOnlyList<Measurement> measured, FaceDataset validation)
    {
        ConsoleTable table = new ConsoleTable().Column("normalisation", wrap: false);
        foreach (double brightness in Brightness)
        {
            table.Number(brightness.ToString(CultureInfo.InvariantCulture));
        }

        table.Number("cost");
        foreach (Measurement m in measured)
        {
            table.Row([
                NormalisationOptions.NameOf(m.Kind),
                .. m.Curve.Points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Accuracy:P2}")),
                m.Kind == CropNormalisationKind.None
                    ? ""
                    : string.Create(CultureInfo.InvariantCulture, $"{Cost(m, measured[0]):F2}"),
            ]);
        }

        console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Model} on {validation.Name}, PublicTest: {validation.Count:N0} images\n"
                    + $"Accuracy by brightness (factor of the gray values), and the cost at full brightness in points"
            )
        );
        table.WriteTo(console);
    }

    /// <summary>The accuracies of a model with a normalisation.</summary>
    internal sealed record Measurement(CropNormalisation Normalisation, RobustnessCurve Curve)
    {
        public CropNormalisationKind Kind => Normalisation.Kind;
    }
}
