using System.Globalization;

namespace Mien.Lab;

/// <summary>One training of an experiment: a setting with a seed.</summary>
internal sealed record PlannedTrial(PlannedSetting Setting, int Seed)
{
    /// <summary>The name of its run folder.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Setting.Name},seed={Seed}");
}
