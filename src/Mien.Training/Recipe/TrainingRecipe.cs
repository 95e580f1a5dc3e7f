namespace Mien.Training;

/// <summary>
/// Everything that decides what a training does, as it stands in a recipe file: flat JSON with comments, where unknown
/// keys are errors and what is left out has the default given here. The same recipe, seed, data, versions and one
/// thread give the same weights, bit for bit. Immutable. <see cref="RecipeFile"/> reads, checks and writes it.
/// </summary>
internal sealed record TrainingRecipe
{
    /// <summary>A registered network's name, or the path of a description.</summary>
    public string Network { get; init; } = "shallow";

    /// <summary>The seed of weights, order, augmentation and dropout; default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// Threads that compute; 0 (default): one a core. Only one thread gives the same weights on every run.
    /// </summary>
    public int Threads { get; init; }

    /// <summary>In which numbers the network computes while it is trained; default single precision.</summary>
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Single;

    /// <summary>Passes over the training images; default 30.</summary>
    public int Epochs { get; init; } = 30;

    /// <summary>Images a step; default 128. An incomplete last batch of an epoch is left out.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>How steps are made from gradients; default SGD.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Sgd;

    /// <summary>The highest learning rate; default 0.05.</summary>
    public double LearningRate { get; init; } = 0.05;

    /// <summary>SGD's momentum (Nesterov's form); default 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Adam's decay of the mean gradient; default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Adam's decay of the mean squared gradient; default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>
    /// Weight decay of convolutions and dense layers, never of biases and batch norms; default 5e-4. For AdamW it is
    /// decoupled from the gradient, for SGD and Adam it is added to it.
    /// </summary>
    public double WeightDecay { get; init; } = 5e-4;

    /// <summary>How the learning rate goes; default cosine.</summary>
    public ScheduleKind Schedule { get; init; } = ScheduleKind.Cosine;

    /// <summary>
    /// Epochs over which the learning rate rises from nothing, for every schedule but one-cycle; default 1.
    /// </summary>
    public double WarmupEpochs { get; init; } = 1;

    /// <summary>Trapezoid: the last epochs, over which the learning rate falls; default 5.</summary>
    public int DecayEpochs { get; init; } = 5;

    /// <summary>
    /// Where cosine, one-cycle and trapezoid end, as a share of <see cref="LearningRate"/>; default 0.001.
    /// </summary>
    public double FinalLearningRateShare { get; init; } = 0.001;

    /// <summary>The share of all steps over which one-cycle rises; default 0.3.</summary>
    public double OneCycleRise { get; init; } = 0.3;

    /// <summary>
    /// Step: epochs between two reductions. Plateau: epochs without a better accuracy before one; default 10.
    /// </summary>
    public int StepEpochs { get; init; } = 10;

    /// <summary>Step and plateau: what the learning rate is multiplied by; default 0.1.</summary>
    public double StepFactor { get; init; } = 0.1;

    /// <summary>
    /// The share of the target that is spread evenly over the classes (Szegedy et al., 2016); default 0.
    /// </summary>
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// How much of the target is the FER+ vote distribution instead of the label, 0 to 1; default 0. Needs votes.
    /// </summary>
    public double VoteShare { get; init; }

    /// <summary>
    /// The first epochs, in which <see cref="VoteShare"/> counts; 0 (default): all. Votes are less noisy than FER2013's
    /// labels but lean towards neutral, and it is the labels that are scored: the end is better trained on these alone.
    /// </summary>
    public int VoteEpochs { get; init; }

    /// <summary>
    /// A model to learn from (knowledge distillation: Hinton et al., 2015): a built-in model's name or an ONNX file
    /// with a contract; <c>null</c> (default): none. Several, separated by commas, are one teacher that says the mean
    /// of their probabilities; among several, a path that holds a comma stands in double quotes. These are computed for
    /// the training images once, before the first step.
    /// </summary>
    public string? Teacher { get; init; }

    /// <summary>
    /// How much of the target, after label, votes and smoothing, is the teacher's probabilities, 0 to 1; default 0.
    /// Needs <see cref="Teacher"/>. They are taken at the temperature of its contract, as users see them.
    /// </summary>
    public double TeacherShare { get; init; }

    /// <summary>Whether rare classes weigh more in the loss; default none.</summary>
    public ClassWeighting ClassWeights { get; init; } = ClassWeighting.None;

    /// <summary>How pixels become inputs; default 0..1.</summary>
    public PixelScaling Scaling { get; init; } = PixelScaling.Unit;

    /// <summary>The share of images that are mirrored; default 0.5.</summary>
    public double Flip { get; init; } = 0.5;

    /// <summary>
    /// The largest shift in either direction, as a share of the side; default 0.1. What comes in repeats the edge.
    /// </summary>
    public double Shift { get; init; } = 0.1;

    /// <summary>The largest rotation in either direction, in degrees; default 10.</summary>
    public double Rotation { get; init; } = 10;

    /// <summary>The largest change of size, as a share: 0.1 (default) is 0.9 to 1.1.</summary>
    public double Scale { get; init; } = 0.1;

    /// <summary>
    /// The smallest side of a random crop, as a share; 1 (default) does not crop. The crop fills the input.
    /// </summary>
    public double Crop { get; init; } = 1;

    /// <summary>The largest change of brightness, as a share of the full range; default 0.</summary>
    public double Brightness { get; init; }

    /// <summary>The largest change of contrast about the image's mean, as a share; default 0.</summary>
    public double Contrast { get; init; }

    /// <summary>
    /// The share of images in which a rectangle is overwritten by noise (Zhong et al., 2020); default 0.
    /// </summary>
    public double Erasing { get; init; }

    /// <summary>
    /// The largest area of that rectangle, as a share of the image; default 0.2. The smallest is 0.02.
    /// </summary>
    public double ErasingArea { get; init; } = 0.2;

    /// <summary>
    /// Mixup's alpha (Zhang et al., 2018): images and targets are blended by a Beta(alpha, alpha) share; 0 (default) is
    /// off.
    /// </summary>
    public double Mixup { get; init; }

    /// <summary>The last epochs are trained without shift, rotation, scale, erasing and mixup; default 0.</summary>
    public int PlainEpochs { get; init; }

    /// <summary>
    /// Progressive resizing: sides of the square input in pixels, one a phase; empty (default): the network's own size
    /// throughout. The last must be the network's own.
    /// </summary>
    public IReadOnlyList<int> Sizes { get; init; } = [];

    /// <summary>The epoch (counted from 0) at which each of <see cref="Sizes"/> begins; the first is 0.</summary>
    public IReadOnlyList<int> SizeEpochs { get; init; } = [];

    /// <summary>
    /// The decay of the moving average of the weights that is evaluated and kept, such as 0.998; 0 (default) is off.
    /// </summary>
    public double Ema { get; init; }

    /// <summary>Gradients are scaled down to this norm over all weights; 0 (default) is off.</summary>
    public double ClipNorm { get; init; }

    /// <summary>Epochs without a better accuracy after which training ends; 0 (default) is off.</summary>
    public int EarlyStopping { get; init; }
}
