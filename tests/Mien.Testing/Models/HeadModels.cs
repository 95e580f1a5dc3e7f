namespace Mien.Testing;

/// <summary>
/// A model of two heads, whose outputs can be computed by hand: the head <c>ferplus</c> comes first in the output, the
/// head <c>fer2013</c> second in the output and first in the contract.
/// </summary>
internal static class HeadModels
{
    public static ModelContract Contract { get; } =
        TinyModels.Contract with
        {
            Name = "two",
            Heads =
            [
                new ModelHead
                {
                    Name = "fer2013",
                    Offset = 7,
                    Temperature = 1.5f,
                    UncertainBelow = 0.4f,
                    TrainingData = "labels",
                    Metrics = new Dictionary<string, double> { ["publicTest.accuracy"] = 0.7 },
                },
                new ModelHead
                {
                    Name = "ferplus",
                    Offset = 0,
                    Temperature = 0.75f,
                    UncertainBelow = 0.6f,
                    TrainingData = "votes",
                    Metrics = new Dictionary<string, double> { ["publicTest.accuracy"] = 0.8 },
                },
            ],
            Blend = new HeadBlend
            {
                Weights = [0.25f, 0.75f],
                Temperature = 0.5f,
                UncertainBelow = 0.5f,
                Metrics = new Dictionary<string, double> { ["publicTest.fer2013.accuracy"] = 0.75 },
            },
        };
}
