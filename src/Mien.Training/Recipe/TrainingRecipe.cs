namespace Mien.Training;

/// <summary>
/// All settings of a training, in the form of the recipe file: flat JSON with comments, in which unknown keys are
/// errors and missing keys have the default given here. The same recipe, seed, data, versions and one thread give
/// bit-identical weights. Immutable. <see cref="RecipeFile"/> reads, checks and writes it.
/// </summary>
/// <remarks>
/// A new key needs only a property here and the code that uses it: its <see cref="KeyAttribute"/> holds help, range and
/// documentation (<see cref="RecipeKey"/>). Recipes are written in the order of the properties. Rules that involve
/// several keys are in <see cref="RecipeRules"/>.
/// </remarks>
internal sealed record TrainingRecipe
{
    [Section("Network and run")]
    [Key("Name of a registered network, or path of a description file, which may be relative to the recipe file.")]
    public string Network { get; init; } = "shallow";

    [Key("Seed of weights, order, augmentation and dropout.")]
    public int Seed { get; init; } = 1;

    [Key("Number of threads; 0: one per core. Only a single thread gives the same weights on every run.", Min = 0)]
    public int Threads { get; init; }

    [Key(
        "Precision of convolutions and activations in training; bfloat16 takes half the time on processors "
            + "with AVX512-BF16 or AMX."
    )]
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Single;

    [Key("Passes over the training images.", Min = 1)]
    public int Epochs { get; init; } = 30;

    // The number of epochs is fixed in the run's own recipe, so that a resumed run has the same schedule. See
    // RecipeLength and TimeBudget.
    [Key(
        "Time budget of the training in hours; 0: off. Fifty steps are measured, and 'epochs' becomes what fits; the "
            + "other keys in epochs keep their share of 'epochs'.",
        Min = 0,
        Max = 10000
    )]
    public double Hours { get; init; }

    [Key("Images per step; an incomplete last batch of an epoch is dropped.", Min = 2)]
    public int BatchSize { get; init; } = 128;

    [Key("K-fold training: number of folds of Training, 2 or more; identical images share a fold; 0: off.", Min = 0)]
    public int Folds { get; init; }

    [Key("K-fold training: the fold that is left out, counted from 1; at most 'folds'.", Min = 1)]
    public int Fold { get; init; } = 1;

    [Section("Optimizer")]
    [Key("Optimizer; sgd has Nesterov momentum.")]
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Sgd;

    [Key("Highest learning rate.", Over = 0, Max = 1000)]
    public double LearningRate { get; init; } = 0.05;

    [Key("sgd: momentum.", Min = 0, Max = 0.9999)]
    public double Momentum { get; init; } = 0.9;

    [Key("adam, adamW: decay of the mean gradient.", Min = 0, Max = 0.9999)]
    public double Beta1 { get; init; } = 0.9;

    [Key("adam, adamW: decay of the mean squared gradient.", Min = 0, Max = 0.999999)]
    public double Beta2 { get; init; } = 0.999;

    [Key(
        "Weight decay of convolutions and dense layers, not of biases and batch norms; decoupled for "
            + "adamW, L2 for sgd and adam.",
        Min = 0,
        Max = 1
    )]
    public double WeightDecay { get; init; } = 5e-4;

    // Foret et al., 2021.
    [Key(
        "Sharpness-aware minimisation: radius, in the space of all weights, within which the loss is kept low, such as "
            + "0.05; 0: off. Each step then takes twice the time.",
        Min = 0,
        Max = 10
    )]
    public double Sam { get; init; }

    [Section("Learning rate schedule")]
    [Key(
        "How the learning rate changes: cosine falls along half a cosine, oneCycle rises before it falls, "
            + "trapezoid stays constant before it falls, step and plateau reduce it by a factor."
    )]
    public ScheduleKind Schedule { get; init; } = ScheduleKind.Cosine;

    [Key("Epochs of linear warm-up, at most 'epochs'; not for oneCycle.", Min = 0)]
    public double WarmupEpochs { get; init; } = 1;

    [Key("trapezoid: number of last epochs, over which the learning rate falls linearly; at most 'epochs'.", Min = 1)]
    public int DecayEpochs { get; init; } = 5;

    [Key("cosine, oneCycle, trapezoid: final learning rate, as a share of the highest.", Min = 0, Max = 1)]
    public double FinalLearningRateShare { get; init; } = 0.001;

    [Key("oneCycle: share of the steps over which the learning rate rises.", Min = 0.01, Max = 0.99)]
    public double OneCycleRise { get; init; } = 0.3;

    [Key("step: epochs between two reductions; plateau: epochs without a better accuracy before one.", Min = 1)]
    public int StepEpochs { get; init; } = 10;

    [Key("step, plateau: factor of the learning rate in a reduction.", Min = 1e-6, Max = 1)]
    public double StepFactor { get; init; } = 0.1;

    [Section("Heads")]
    [Key(
        "Heads of the last layer, one per label set: [\"fer2013\", \"ferplus\"]; []: those of the network description, "
            + "usually one. Two heads need --votes."
    )]
    public IReadOnlyList<string> Heads { get; init; } = [];

    [Key("Share of each head in the loss, in the order of the heads, such as [0.5, 0.5]; []: equal shares.")]
    public IReadOnlyList<double> HeadShares { get; init; } = [];

    // Szegedy et al., 2016.
    [Section("Targets")]
    [Key("Label smoothing: share of the target that is spread evenly over the classes.", Min = 0, Max = 0.9)]
    public double LabelSmoothing { get; init; }

    [Key(
        "Share of the target that is the FER+ vote distribution instead of the label; needs --votes.",
        Min = 0,
        Max = 1
    )]
    public double VoteShare { get; init; }

    // Votes are less noisy than FER2013's labels but biased towards neutral. The accuracy is measured on the labels, so
    // the last epochs are better trained on labels alone.
    [Key("Number of first epochs that use 'voteShare'; 0: all.", Min = 0)]
    public int VoteEpochs { get; init; }

    // In a list, a path that contains a comma is in double quotes. The probabilities are computed once, before the
    // first step, at the temperature of the teacher's contract, as in predictions (Hinton et al., 2015).
    [Key(
        "Teacher for knowledge distillation: the name of a built-in model or an ONNX file with a contract; "
            + "several, separated by commas, are averaged."
    )]
    public string? Teacher { get; init; }

    [Key(
        "Share of the target that is the teacher's probabilities; the rest is label, votes and smoothing. Needs "
            + "'teacher'.",
        Min = 0,
        Max = 1
    )]
    public double TeacherShare { get; init; }

    // Beyer et al., 2022: a teacher is consistent if it sees the same augmented image, crop and mixup included.
    [Key(
        "Image that the teacher sees: plain, once and averaged with its mirror image, or augmented, the same as the "
            + "student in every epoch."
    )]
    public TeacherInputKind TeacherInput { get; init; } = TeacherInputKind.Plain;

    [Key(
        "Augmented copies of each image for which the teacher's probabilities are computed once and kept in a cache; "
            + "epoch e, counted from 0, uses copy e modulo this number; 0: the teacher runs in every step. Needs "
            + "'teacherInput' augmented.",
        Min = 0
    )]
    public int TeacherCopies { get; init; }

    [Key("Class weights in the loss: none, the inverse class frequency (balanced), or its square root.")]
    public ClassWeighting ClassWeights { get; init; } = ClassWeighting.None;

    [Section("Input and augmentation")]
    [Key("Pixels as inputs: 0 to 1 (unit), -1 to 1 (signed), or mean 0 and deviation 1 over Training (standard).")]
    public PixelScaling Scaling { get; init; } = PixelScaling.Unit;

    [Key(
        "Normalisation of each crop, in training and in the model's graph: none, to FER2013's mean and deviation, or "
            + "stretched between two percentiles."
    )]
    public CropNormalisationKind CropNormalisation { get; init; } = CropNormalisationKind.None;

    [Key("Share of images that are mirrored.", Min = 0, Max = 1)]
    public double Flip { get; init; } = 0.5;

    [Key("Maximum shift, as a share of the image side.", Min = 0, Max = 0.5)]
    public double Shift { get; init; } = 0.1;

    [Key("Maximum rotation, in degrees.", Min = 0, Max = 180)]
    public double Rotation { get; init; } = 10;

    [Key("Maximum change of size, as a share.", Min = 0, Max = 0.9)]
    public double Scale { get; init; } = 0.1;

    [Key("Minimum side of a random crop, as a share; the crop is resized to the input; 1: off.", Min = 0.1, Max = 1)]
    public double Crop { get; init; } = 1;

    [Key(
        "Framing errors of the face detector, random in centre, side and rotation, as measured by mien-tools framing; "
            + "1: as measured, 0: off.",
        Min = 0,
        Max = 1
    )]
    public double Framing { get; init; }

    [Key("Maximum change of brightness, as a share of the full range.", Min = 0, Max = 1)]
    public double Brightness { get; init; }

    [Key("Maximum change of contrast about the image's mean, as a share.", Min = 0, Max = 1)]
    public double Contrast { get; init; }

    // Zhong et al., 2020.
    [Key("Random erasing: share of images in which a rectangle is replaced by noise.", Min = 0, Max = 1)]
    public double Erasing { get; init; }

    [Key("Random erasing: maximum area of the rectangle, as a share of the image.", Min = 0.02, Max = 1)]
    public double ErasingArea { get; init; } = 0.2;

    // Zhang et al., 2018.
    [Key("Mixup: alpha of the Beta distribution that blends images and targets; 0: off.", Min = 0, Max = 10)]
    public double Mixup { get; init; }

    [Key("Number of last epochs with flips as the only augmentation and without mixup.", Min = 0)]
    public int PlainEpochs { get; init; }

    [Key(
        "Progressive resizing: sides of the square input in pixels, one per phase, such as [32, 48]; the "
            + "last must be that of the network."
    )]
    public IReadOnlyList<int> Sizes { get; init; } = [];

    [Key("Progressive resizing: the epoch, counted from 0, at which each of 'sizes' begins, such as [0, 16].")]
    public IReadOnlyList<int> SizeEpochs { get; init; } = [];

    [Section("Averaging and stopping")]
    [Key(
        "Decay of the exponential moving average (EMA) of the weights, which is evaluated and exported; 0: off.",
        Min = 0,
        Max = 0.99999
    )]
    public double Ema { get; init; }

    // Izmailov et al., 2018.
    [Key(
        "Stochastic weight averaging: number of last epochs whose final weights are averaged; the average is evaluated "
            + "and exported. At most 'epochs', not together with 'ema'; 0: off.",
        Min = 0
    )]
    public int SwaEpochs { get; init; }

    [Key("Gradient clipping: maximum norm of all gradients together; 0: off.", Min = 0, Max = 1e6)]
    public double ClipNorm { get; init; }

    [Key("Early stopping: epochs without a better accuracy after which the training ends; 0: off.", Min = 0)]
    public int EarlyStopping { get; init; }
}
