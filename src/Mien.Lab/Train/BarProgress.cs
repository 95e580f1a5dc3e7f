using Mien.CommandLine;

namespace Mien.Lab;

/// <summary>Shows the images that an evaluation has done.</summary>
internal sealed class BarProgress(WorkProgress bar) : IProgress<int>
{
    public void Report(int value) => bar.Report(value);
}
