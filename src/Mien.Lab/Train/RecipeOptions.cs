using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Mien.Training;

namespace Mien.Lab;

/// <summary>An option for every key of a recipe: <c>learningRate</c> is <c>--learning-rate</c>.</summary>
internal sealed class RecipeOptions
{
    private readonly List<(string Key, Option<string?> Option)> options =
    [
        .. RecipeFile.Keys.Select(key =>
            (key, new Option<string?>("--" + Kebab(key)) { Description = Describe(key), HelpName = "VALUE" })
        ),
    ];

    /// <summary>
    /// What each key means, in few words; the XML documentation of <see cref="TrainingRecipe"/> says more.
    /// </summary>
    internal static IReadOnlyDictionary<string, string> Meanings { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["network"] = "A registered network's name, or a description file (.json).",
            ["seed"] = "Seed of weights, order, augmentation and dropout.",
            ["threads"] = "Threads that compute; 0: one a core. Only one thread gives the same weights on every run.",
            ["precision"] =
                "single or bfloat16: half the bits in convolutions, twice as fast on processors with AVX512-BF16.",
            ["epochs"] = "Passes over the training images.",
            ["batchSize"] = "Images a step.",
            ["optimizer"] = "sgd, adam or adamW.",
            ["learningRate"] = "The highest learning rate.",
            ["momentum"] = "SGD's momentum (Nesterov).",
            ["beta1"] = "Adam's decay of the mean gradient.",
            ["beta2"] = "Adam's decay of the mean squared gradient.",
            ["weightDecay"] = "Weight decay, not for biases and batch norms.",
            ["schedule"] = "constant, step, cosine, oneCycle, trapezoid or plateau.",
            ["warmupEpochs"] = "Epochs over which the learning rate rises.",
            ["decayEpochs"] = "Trapezoid: the last epochs, over which it falls.",
            ["finalLearningRateShare"] = "Where cosine, one-cycle and trapezoid end, as a share of the highest.",
            ["oneCycleRise"] = "One-cycle: the share of the steps over which it rises.",
            ["stepEpochs"] = "Step: epochs between reductions. Plateau: epochs without progress before one.",
            ["stepFactor"] = "Step and plateau: what the learning rate is multiplied by.",
            ["labelSmoothing"] = "Share of the target spread over all classes.",
            ["voteShare"] = "Share of the target that comes from FER+ votes; needs --votes.",
            ["voteEpochs"] = "The first epochs, in which the votes count; 0: all.",
            ["teacher"] =
                "A model to learn from: a built-in model's name or an ONNX file; several, separated by commas, "
                + "are averaged.",
            ["teacherShare"] = "Share of the target that is the teacher's probabilities.",
            ["classWeights"] = "Whether rare classes weigh more: none, balanced or squareRoot.",
            ["scaling"] = "How pixels become inputs: unit (0..1), signed (-1..1) or standard (mean 0, deviation 1).",
            ["flip"] = "Share of images that are mirrored.",
            ["shift"] = "Largest shift, as a share of the side.",
            ["rotation"] = "Largest rotation in degrees.",
            ["scale"] = "Largest change of size, as a share.",
            ["crop"] = "Smallest side of a random crop, as a share; 1: none.",
            ["brightness"] = "Largest change of brightness, as a share of the range.",
            ["contrast"] = "Largest change of contrast, as a share.",
            ["erasing"] = "Share of images in which a rectangle is overwritten by noise.",
            ["erasingArea"] = "Largest area of that rectangle, as a share of the image.",
            ["mixup"] = "Mixup's alpha; 0: off.",
            ["plainEpochs"] = "The last epochs without augmentation but flips.",
            ["sizes"] = "Sides of the input in pixels, one a phase, such as [32,48].",
            ["sizeEpochs"] = "The epoch at which each of the sizes begins, such as [0,16].",
            ["ema"] = "Decay of the moving average of the weights; 0: off.",
            ["clipNorm"] = "Gradients are scaled down to this norm; 0: off.",
            ["earlyStopping"] = "Epochs without a better accuracy after which training ends; 0: off.",
        };

    public void AddTo(Command command) => options.ForEach(o => command.Options.Add(o.Option));

    /// <summary>The keys that were given, as <c>key=value</c>.</summary>
    public IEnumerable<string> Overrides(ParseResult result) =>
        options.Where(o => result.GetValue(o.Option) is not null).Select(o => $"{o.Key}={result.GetValue(o.Option)}");

    private static string Describe(string key)
    {
        string standard =
            JsonNode.Parse(RecipeFile.ToJson(new TrainingRecipe()))![key]?.ToJsonString().Trim('"') ?? "none";
        return $"{Meanings.GetValueOrDefault(key, "")} [default: {standard}]";
    }

    private static string Kebab(string key)
    {
        var text = new StringBuilder();
        foreach (char c in key)
        {
            text.Append(char.IsUpper(c) ? "-" : "").Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
