using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

public sealed class WorkProgressTests : IDisposable
{
    private readonly StringWriter output = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
    private readonly StringWriter error = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
    private readonly ManualClock clock = new();

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
    }

    [Fact]
    public void Without_a_terminal_lines_are_written_at_intervals_and_at_the_end()
    {
        using (WorkProgress progress = Start(terminal: false, 1000))
        {
            progress.Report(100);
            clock.Advance(10);
            progress.Report(250, "loss 1.5");
            clock.Advance(1);
            progress.Report(260);
            clock.Advance(9);
            progress.Report(500);
            clock.Advance(5);
            progress.Report(1000);
        }

        Assert.Equal(
            """
            Training: 25 % (250 of 1,000 images), 25/s, 30 s left, loss 1.5
            Training: 50 % (500 of 1,000 images), 25/s, 20 s left, loss 1.5
            Training: 1,000 images in 25 s, 40/s

            """.ReplaceLineEndings("\n"),
            error.ToString()
        );
        Assert.Empty(output.ToString());
    }

    [Fact]
    public void Short_work_writes_no_line_without_a_terminal()
    {
        using (WorkProgress progress = Start(terminal: false, 10))
        {
            clock.Advance(2);
            progress.Report(10);
        }

        Assert.Empty(error.ToString());
    }

    [Fact]
    public void On_a_terminal_one_line_is_redrawn_and_removed_at_the_end()
    {
        using (WorkProgress progress = Start(terminal: true, 200))
        {
            clock.Advance(2);
            progress.Report(100, "loss 1.25");
            progress.Report(101); // too soon to draw
        }

        string[] drawn = error.ToString().Split('\r');
        Assert.DoesNotContain('\n', error.ToString());
        Assert.Equal("Training ▕██████████          ▏ 50 %  100/200 images  50/s  2.0 s left  loss 1.25", drawn[2]);
        Assert.True(string.IsNullOrWhiteSpace(drawn[3]) && drawn[3].Length >= drawn[2].Length);
        Assert.Equal("", drawn[4]);
    }

    [Fact]
    public void The_live_line_never_wraps()
    {
        using (WorkProgress progress = Start(terminal: true, 200, width: 40))
        {
            clock.Advance(2);
            progress.Report(100, new string('x', 100));
        }

        Check.All(error.ToString().Split('\r'), l => Assert.True(l.Length <= 39));
    }

    [Fact]
    public void Work_of_unknown_size_shows_count_and_rate()
    {
        using (WorkProgress progress = Start(terminal: true, 0))
        {
            clock.Advance(4);
            progress.Report(1000);
        }

        Assert.Contains("Training  1,000 images  250/s  4.0 s", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void With_counts_off_only_percent_is_shown()
    {
        using (
            WorkProgress progress = WorkProgress.Start(
                "Reading",
                100,
                Options(terminal: false) with
                {
                    ShowCounts = false,
                }
            )
        )
        {
            clock.Advance(10);
            progress.Report(40);
            clock.Advance(5);
            progress.Report(100);
        }

        Assert.Equal("Reading: 40 %, 15 s left\nReading: 100 % in 15 s\n", error.ToString());
    }

    [Fact]
    public void Work_done_before_the_start_does_not_affect_the_rate()
    {
        using (
            WorkProgress progress = WorkProgress.Start(
                "Training",
                1000,
                Options(terminal: false) with
                {
                    AlreadyDone = 900,
                }
            )
        )
        {
            clock.Advance(10);
            progress.Report(950);
        }

        Assert.StartsWith(
            "Training: 95 % (950 of 1,000 images), 5.0/s, 10 s left\n",
            error.ToString(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Quiet_hides_progress_but_not_permanent_lines(bool terminal)
    {
        using (WorkProgress progress = WorkProgress.Start("Training", 10, Options(terminal) with { Quiet = true }))
        {
            clock.Advance(60);
            progress.Report(5);
            progress.WriteLine("warning: look");
        }

        Assert.Equal("warning: look\n", error.ToString());
    }

    [Fact]
    public void Reports_from_several_threads_add_up()
    {
        using (WorkProgress progress = Start(terminal: false, 4000))
        {
            Parallel.For(0, 4000, _ => progress.Add(1));
            clock.Advance(10);
            progress.Add(0);
        }

        Assert.StartsWith("Training: 100 % (4,000 of 4,000 images)", error.ToString(), StringComparison.Ordinal);
    }

    private WorkProgress Start(bool terminal, long total, int width = 100) =>
        WorkProgress.Start("Training", total, Options(terminal, width));

    private WorkProgressOptions Options(bool terminal, int width = 100) =>
        new()
        {
            Console = new CommandConsole(output, error, width) { ErrorIsTerminal = terminal },
            Unit = "images",
            Time = clock,
        };

    private sealed class ManualClock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => now;

        public void Advance(int seconds) => now += seconds;
    }
}
