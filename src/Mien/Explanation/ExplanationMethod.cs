namespace Mien;

/// <summary>The method that computes a <see cref="FaceExplanation"/>.</summary>
public enum ExplanationMethod
{
    /// <summary>
    /// A class activation map: what the features at each position add to the logit of the label (Zhou et al., "Learning
    /// Deep Features for Discriminative Localization", 2016), minus what they add to all logits on average, because
    /// only differences between logits matter. Takes one run of the network; its resolution is that of the last feature
    /// map. Only for models whose contract declares the output (<see cref="ModelContract.Maps"/>).
    /// </summary>
    ClassActivationMap,

    /// <summary>
    /// An occlusion map: a gray patch slides over the face, and the decrease of the label's log-probability is measured
    /// (Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", 2014). For any model; takes about a
    /// hundred images, in two or three runs of the network.
    /// </summary>
    Occlusion,
}
