using System.Globalization;
using Mien.Data;
using Mien.Networks;

namespace Mien.Training.Tests;

/// <summary>Small generated data, networks and recipes.</summary>
internal static class Made
{
    /// <summary>
    /// A network with everything that a checkpoint must store: filters, biases, batch norms, dropout.
    /// </summary>
    public const string Small = """
        { "type": "conv", "filters": 4 }, { "type": "batchNorm" }, { "type": "relu" }, { "type": "maxPool" },
          { "type": "dropout", "rate": 0.25 },
        { "type": "flatten" }, { "type": "dense", "units": 16 }, { "type": "batchNorm" }, { "type": "relu" },
          { "type": "dropout", "rate": 0.25 },
        { "type": "dense", "units": 7 }
        """;

    /// <summary>Without batch norm and dropout, so that it computes the same in training and in evaluation.</summary>
    public const string Plain = """
        { "type": "conv", "filters": 6 }, { "type": "relu" }, { "type": "flatten" },
          { "type": "dense", "units": 24 }, { "type": "relu" }, { "type": "dense", "units": 7 }
        """;

    /// <summary>No augmentation and no schedule, so that one step follows the optimizer's formula exactly.</summary>
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

    /// <summary>Random square images, the training images first; labels cycle through the seven expressions.</summary>
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

    /// <summary>The given images, all in Training.</summary>
    public static FaceDataset Images(int side, params byte[][] images) =>
        new(
            "made",
            side,
            side,
            [.. images.SelectMany(i => i)],
            new byte[images.Length],
            new DatasetSplit[images.Length]
        );

    /// <summary>Runs with a culture that has a decimal comma.</summary>
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
