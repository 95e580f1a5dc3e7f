using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>Joins several models in one file, and calibrates the result on PublicTest.</summary>
internal sealed class EnsembleRun(CommandConsole console)
{
    /// <summary>The members: built-in models, or ONNX files.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>The file to write.</summary>
    public required string Output { get; init; }

    /// <summary>The weight of each member; <c>null</c> for equal ones.</summary>
    public IReadOnlyList<double>? Weights { get; init; }

    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>The licence of the weights; <c>null</c> for that of the members.</summary>
    public string? Licence { get; init; }

    /// <summary>Whether the temperature is fitted and the metrics are measured on PublicTest.</summary>
    public bool Calibrate { get; init; } = true;

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
        string file = OutputPath.Prepare(Output, "--output");
        EnsembleMembers members = EnsembleMembers.Open(Models, Weights);
        ModelContract contract = members.Contract(Name, Licence);
        FaceDataset? validation = Calibrate ? Validation(members, contract, cancellationToken) : null;
        using OutputLock alone = OutputLock.Take([file]);
        OutputFile.WriteNamed(
            file,
            part =>
            {
                Write(part, contract);
                if (validation is not null)
                {
                    contract = Calibrated(part, contract, validation, cancellationToken);
                    Write(part, contract);
                }
            }
        );
        foreach (string note in members.Notes)
        {
            console.Error.WriteLine("note: " + note);
        }

        WriteResult(file, contract);
        return ExitCodes.Done;

        void Write(string part, ModelContract with)
        {
            using OutputStream stream = OutputStream.Open(part, part, FileMode.Create, FileShare.None);
            stream.Write(members.Write(with));
        }

        ModelContract Calibrated(
            string part,
            ModelContract plain,
            FaceDataset images,
            CancellationToken cancellationToken
        ) =>
            plain.Heads is null
                ? ModelCalibration.Calibrate(plain, part, with => Write(part, with), images, Bar, cancellationToken)
                : CalibratedHeads(part, plain, images, cancellationToken);
    }

    private FaceDataset Validation(EnsembleMembers members, ModelContract contract, CancellationToken cancellationToken)
    {
        SevenLabels.Check(contract);
        DataSource source = Data.Source();
        if (members.HasVotes && source.Votes is null)
        {
            throw new UsageException(
                $"The head '{LabelSets.FerPlus}' is calibrated on FER+ votes. Give fer2013new.csv with --votes, or "
                    + $"--uncalibrated."
            );
        }

        FaceDataset images = (members.HasVotes ? source : source with { Votes = null }).Read(
            console,
            cancellationToken
        );
        FaceDataset validation = images.Only(DatasetSplit.PublicTest);
        return validation.Count > 0
            ? validation
            : throw new UsageException(
                $"{images.Name} has no PublicTest images, which calibration needs. Give other --data, or "
                    + $"--uncalibrated."
            );
    }

    private ModelContract CalibratedHeads(
        string file,
        ModelContract plain,
        FaceDataset validation,
        CancellationToken cancellationToken
    )
    {
        float[][] logits = HeadOutputs.Read(
            ExpressionClassifier.Load(file),
            validation,
            WorkProgress.Start("Calibrating", validation.Count, Bar),
            cancellationToken
        );
        ModelHead[] heads =
        [
            .. plain.Heads!.Select((head, i) => HeadCalibration.Calibrate(head, logits[i], validation)),
        ];
        return plain with
        {
            Heads = heads,
            Blend = HeadCalibration.Blend(plain.Blend!.Weights, heads, logits, validation),
        };
    }

    private void WriteResult(string file, ModelContract contract)
    {
        if (contract.Heads is not null)
        {
            console.Out.WriteLine($"{file}: {ModelFile.Size(file)}");
            HeadTable.Write(console, contract);
            return;
        }

        string measured = contract.Metrics.TryGetValue("publicTest.accuracy", out double accuracy)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $", uncertain below {contract.UncertainBelow:F2}, PublicTest {accuracy:P2}"
            )
            : "";
        console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{file}: {ModelFile.Size(file)}, temperature {contract.Temperature:F3}{measured}"
            )
        );
    }
}
