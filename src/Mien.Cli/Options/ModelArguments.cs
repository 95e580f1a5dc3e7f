using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>The options of the expression network and the detector; each command gets its own instance.</summary>
/// <param name="picture">What faces are detected in, for the descriptions: a photo or a frame.</param>
internal sealed class ModelArguments(string picture)
{
    private const string FromContract = "model";

    private readonly Option<string> model = new("--model")
    {
        HelpName = "NAME|FILE",
        Description = "A built-in model (see 'mien models') or an ONNX file with a contract.",
        DefaultValueFactory = _ => BuiltInModels.Default,
    };
    private readonly Option<string?> head = new("--head")
    {
        HelpName = "blend|fer2013|ferplus",
        Description =
            "Label set of the predictions, for a model with several heads. blend: both (default); ferplus: everyday "
            + "photos; fer2013: posed faces.",
    };
    private readonly Option<string> uncertainBelow = OptionValues.Text(
        "--uncertain-below",
        FromContract,
        "0..1",
        "Mark predictions with less confidence as uncertain. model: use the threshold in the model's contract, or 0.5 "
            + "if it has none."
    );
    private readonly Option<string> device = CommonOptions.Device();

    /// <summary>The options of face detection.</summary>
    public DetectionArguments Detection { get; } = new(picture);

    /// <summary>The option with the model.</summary>
    public Option Model => model;

    /// <summary>The options of the expression network.</summary>
    public IReadOnlyList<Option> Network => [model, head, uncertainBelow];

    /// <summary>The device.</summary>
    public Option Device => device;

    /// <summary>The settings of all these options.</summary>
    /// <exception cref="UsageException">A value is invalid.</exception>
    public RecognizerOptions Of(ParseResult parsed) =>
        new()
        {
            Model = parsed.GetValue(model)!,
            Head = parsed.GetValue(head),
            Inference = new ClassifierOptions
            {
                Device = CommonOptions.DeviceOf(parsed.GetValue(device)),
                Spinning = false,
            },
            Detector = Detection.DetectorOf(parsed),
            Detection = Detection.AllOf(parsed),
            UncertainBelow =
                parsed.GetValue(uncertainBelow) == FromContract
                    ? null
                    : OptionValues.Number(parsed, uncertainBelow, 0, 1),
        };

    /// <summary>Creates the recognizer, or another user of the options.</summary>
    /// <exception cref="UsageException">The model does not exist.</exception>
    public static T Open<T>(Func<T> create)
    {
        try
        {
            return create();
        }
        catch (MienException e) when (e.Code == "fileNotFound")
        {
            throw new UsageException($"{e.Message} 'mien models' lists the built-in models.", e);
        }
    }
}
