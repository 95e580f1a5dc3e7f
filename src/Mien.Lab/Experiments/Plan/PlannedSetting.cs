namespace Mien.Lab;

/// <summary>
/// What is kept of a setting in <c>experiment.json</c>: enough to show and rank it without the file that it came from.
/// </summary>
internal sealed record PlannedSetting
{
    public required string Name { get; init; }

    /// <summary>The level of each factor.</summary>
    public required IReadOnlyDictionary<string, string> Values { get; init; }

    public required string Network { get; init; }

    public required long Parameters { get; init; }

    public required long MultiplyAdds { get; init; }

    public required int Epochs { get; init; }

    /// <summary>The network's own input size, at which alone an epoch can be the best.</summary>
    public required int Side { get; init; }

    /// <summary>The recipe's <c>earlyStopping</c>.</summary>
    public int EarlyStopping { get; init; }

    /// <summary>
    /// Multiply-adds of the forward passes of one image over all epochs, smaller input sizes counted in.
    /// </summary>
    public required double Work { get; init; }

    public static PlannedSetting Of(Setting setting)
    {
        double area = Enumerable
            .Range(0, setting.Recipe.Epochs)
            .Sum(e => Math.Pow((double)SideAt(setting, e) / setting.Graph.Input.Height, 2));
        return new PlannedSetting
        {
            Name = setting.Name,
            Values = setting.Values,
            Network = setting.Graph.Description.Name,
            Parameters = setting.Graph.Parameters,
            MultiplyAdds = setting.Graph.MultiplyAdds,
            Epochs = setting.Recipe.Epochs,
            Side = setting.Graph.Input.Height,
            EarlyStopping = setting.Recipe.EarlyStopping,
            Work = area * setting.Graph.MultiplyAdds,
        };
    }

    private static int SideAt(Setting setting, int epoch)
    {
        int phase = setting.Recipe.SizeEpochs.Count(e => e <= epoch);
        return phase == 0 ? setting.Graph.Input.Height : setting.Recipe.Sizes[phase - 1];
    }
}
