namespace Mien;

/// <summary>How a <see cref="FaceExplanation"/> was computed.</summary>
public enum ExplanationMethod
{
    /// <summary>
    /// From the network itself: what the features at each place add to the label's score (Zhou et al., "Learning
    /// Deep Features for Discriminative Localization", 2016), less what they add to all scores on average, since
    /// only differences between scores count. One run of the network, and as coarse as its last features. For models
    /// whose contract names the output (<see cref="ModelContract.Maps"/>).
    /// </summary>
    ClassActivationMap,

    /// <summary>
    /// By trial: a gray patch is laid over every part of the face, and the fall of the label's log-probability is
    /// noted (Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", 2014). For any model; some
    /// hundred images instead of one, in two or three runs of the network.
    /// </summary>
    Occlusion,
}
