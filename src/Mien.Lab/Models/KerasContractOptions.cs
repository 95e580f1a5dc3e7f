using System.CommandLine;

namespace Mien.Lab;

/// <summary>
/// The options that say what a Keras file does not: how a face becomes the input, and what the outputs mean.
/// </summary>
internal sealed class KerasContractOptions
{
    private readonly Option<string?> name = new("--name", "-n")
    {
        Description = "The model's name; by default the file's.",
        HelpName = "NAME",
    };
    private readonly Option<string?> inputSize = new("--input-size")
    {
        Description = "The input's size in pixels, for a model that leaves it open.",
        HelpName = "48 | WIDTHxHEIGHT",
    };
    private readonly Option<string?> scaling = new("--scaling")
    {
        Description =
            "What pixels 0..255 become: 0..1 (divided by 255), -1..1, or 0..255 (as they are). [default: 0..1, "
            + "or what a Rescaling layer in the file says]",
        HelpName = "0..1 | -1..1 | 0..255",
    };
    private readonly Option<float?> mean = new("--mean")
    {
        Description =
            "Instead of --scaling, with --std: input = (pixel - mean) / std, for pixels of 0 to 255. Where the "
            + "project divided by 255 first, multiply both by 255.",
        HelpName = "NUMBER",
    };
    private readonly Option<float?> deviation = new("--std") { Description = "See --mean.", HelpName = "NUMBER" };
    private readonly Option<string?> resize = new("--resize")
    {
        Description =
            "How a face is brought to the input's size. bilinear is cv2.resize's way, nearest that of Keras's "
            + "flow_from_directory. [default: bilinear]",
        HelpName = "nearest | bilinear | bicubic | lanczos",
    };
    private readonly Option<string?> labels = new("--labels")
    {
        Description =
            "The classes in the order of the outputs: a list such as "
            + "angry,disgust,fear,happy,sad,surprise,neutral; fer2013 (the order of fer2013.csv, which is that "
            + "list); or alphabetical (that of folders read by flow_from_directory: neutral before sad). "
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
        Description = "What it was trained on, in words, for the contract.",
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

    /// <summary>What was given.</summary>
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
