namespace Mien.Training;

/// <summary>How steps are made from gradients.</summary>
internal enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with Nesterov's momentum.</summary>
    Sgd,

    /// <summary>Adam (Kingma and Ba, 2015).</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019).</summary>
    AdamW,
}
