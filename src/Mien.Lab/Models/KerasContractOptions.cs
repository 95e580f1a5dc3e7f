using System.CommandLine;

namespace Mien.Lab;

/// <summary>
/// The options for the part of a contract that a Keras file does not contain: how a face becomes the input, and what
/// the outputs mean.
/// </summary>
internal sealed class KerasContractOptions
{
    private readonly Option<string?> name = new("--name", "-n")
    {
        Description = "The model's name; by default that of the file.",
        HelpName = "NAME",
    };
    private readonly Option<string?> inputSize = new("--input-size")
    {
        Description = "The input size in pixels, for a model without a fixed one.",
        HelpName = "48 | WIDTHxHEIGHT",
    };
    private readonly Option<string?> scaling = new("--scaling")
    {
        Description =
            "The range that pixels of 0 to 255 are scaled to: 0..1 (divided by 255), -1..1, or 0..255 (unchanged). "
            + "[default: the Rescaling layer in the file, otherwise 0..1]",
        HelpName = "0..1 | -1..1 | 0..255",
    };
    private readonly Option<float?> mean = new("--mean")
    {
        Description =
            "Instead of --scaling, with --std: input = (pixel - mean) / std, for pixels of 0 to 255. If the training "
            + "divided pixels by 255 first, multiply both by 255.",
        HelpName = "NUMBER",
    };
    private readonly Option<float?> deviation = new("--std") { Description = "See --mean.", HelpName = "NUMBER" };
    private readonly Option<string?> resize = new("--resize")
    {
        Description =
            "Resampling of a face to the input size: bilinear is the default of cv2.resize, nearest that of Keras's "
            + "flow_from_directory. [default: bilinear]",
        HelpName = "nearest | bilinear | bicubic | lanczos",
    };
    private readonly Option<string?> labels = new("--labels")
    {
        Description =
            "The labels in the order of the outputs: a list such as "
            + "angry,disgust,fear,happy,sad,surprise,neutral; fer2013 (the order of fer2013.csv, which is this "
            + "list); or alphabetical (the order of flow_from_directory, with neutral before sad). "
            + "[default: fer2013]",
        HelpName = "LIST | fer2013 | alphabetical",
    };
    private readonly Option<string?> licence = new("--licence")
    {
        Description = "The licence of the weights, for the contract.",
        HelpName = "TEXT",
    };
    private readonly Option<string?> trainingData = new("--training-data")
    {
        Description = "The training data as text, for the contract.",
        HelpName = "TEXT",
    };

    public void AddTo(Command command)
    {
        foreach (
            Option option in (Option[])
                [scaling, mean, deviation, resize, labels, inputSize, name, licence, trainingData]
        )
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The values given on the command line.</summary>
    public KerasContract Of(ParseResult result) =>
        new()
        {
            Name = result.GetValue(name),
            InputSize = result.GetValue(inputSize),
            Scaling = result.GetValue(scaling),
            Mean = result.GetValue(mean),
            Deviation = result.GetValue(deviation),
            Resize = result.GetValue(resize),
            Labels = result.GetValue(labels),
            Licence = result.GetValue(licence),
            TrainingData = result.GetValue(trainingData),
        };
}
