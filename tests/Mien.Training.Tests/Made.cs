using System.Globalization;
using Mien.Data;
using Mien.Networks;

namespace Mien.Training.Tests;

/// <summary>Small data, networks and recipes.</summary>
internal static class Made
{
    /// <summary>A network with everything that a checkpoint must keep: filters, biases, batch norms, dropout.</summary>
    public const string Small = """
        { "type": "conv", "filters": 4 }, { "type": "batchNorm" }, { "type": "relu" }, { "type": "maxPool" },
          { "type": "dropout", "rate": 0.25 },
        { "type": "flatten" }, { "type": "dense", "units": 16 }, { "type": "batchNorm" }, { "type": "relu" },
          { "type": "dropout", "rate": 0.25 },
        { "type": "dense", "units": 7 }
        """;

    /// <summary>Without batch norm and dropout: what it computes is the same in training.</summary>
    public const string Plain = """
        { "type": "conv", "filters": 6 }, { "type": "relu" }, { "type": "flatten" },
          { "type": "dense", "units": 24 }, { "type": "relu" }, { "type": "dense", "units": 7 }
        """;

    /// <summary>No augmentation and no schedule: one step is what the formula of the optimiser says.</summary>
    public static TrainingRecipe Bare { get; } =
        new()
        {
            Network = "test",
            Threads = 1,
            Epochs = 1,
            BatchSize = 8,
            WarmupEpochs = 0,
            Schedule = ScheduleKind.Constant,
            Momentum = 0,
            WeightDecay = 0,
            Flip = 0,
            Shift = 0,
            Rotation = 0,
            Scale = 0,
        };

    public static NetworkGraph Graph(string layers = Small, int side = 8) =>
        NetworkGraph.Build(
            NetworkDescription.FromJson(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""{ "name": "test", "input": { "width": {{side}}, "height": {{side}} },"""
                        + $$""" "layers": [ {{layers}} ] }"""
                ),
                "test.json"
            )
        );

    /// <summary>Random square images, the training images first; labels go round the seven.</summary>
    public static FaceDataset Data(int training, int validation, int side = 8, int seed = 1, bool votes = false)
    {
        var random = new Random(seed);
        int count = training + validation;
        byte[] pixels = new byte[count * side * side];
        random.NextBytes(pixels);
        byte[] labels = [.. Enumerable.Range(0, count).Select(i => (byte)(i % Expressions.Count))];
        DatasetSplit[] splits =
        [
            .. Enumerable.Range(0, count).Select(i => i < training ? DatasetSplit.Training : DatasetSplit.PublicTest),
        ];
        float[]? shares = votes
            ?
            [
                .. labels.SelectMany(l =>
                    Enumerable.Range(0, Expressions.Count).Select(c => (c == l ? 0.4f : 0) + (0.6f / Expressions.Count))
                ),
            ]
            : null;
        return new FaceDataset("made", side, side, pixels, labels, splits, voteDistributions: shares);
    }

    /// <summary>Images that are given, all of them in Training.</summary>
    public static FaceDataset Images(int side, params byte[][] images) =>
        new(
            "made",
            side,
            side,
            [.. images.SelectMany(i => i)],
            new byte[images.Length],
            new DatasetSplit[images.Length]
        );

    /// <summary>Runs with a culture that writes 1,5, as half of Europe does.</summary>
    public static void WithCommaCulture(Action action)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = comma;
            action();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
