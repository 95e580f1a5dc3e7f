namespace Mien.Training.Tests;

public class TimeBudgetTests
{
    private const int Batches = 224; // FER2013 in batches of 128

    /// <summary>
    /// A training on a fake clock: the measurement of its first steps gives the epochs, and all its steps and
    /// evaluations then take the time that such steps take, with noise.
    /// </summary>
    [Theory]
    [InlineData(0.5, 0.02, 0.5)]
    [InlineData(2, 0.15, 4)]
    [InlineData(10, 0.28, 4)]
    [InlineData(48, 0.006, 12)]
    public void The_budget_is_held_within_five_percent_also_with_progressive_sizes(
        double hours,
        double stepSeconds,
        double evaluationSeconds
    )
    {
        foreach (
            int[] sizes in (int[][])
                [
                    [],
                    [32, 48],
                    [24, 32, 48],
                ]
        )
        {
            TrainingRecipe recipe = new()
            {
                Hours = hours,
                Epochs = 40,
                Sizes = sizes,
                SizeEpochs = [.. sizes.Select((_, i) => 12 * i)],
            };
            var clock = new FakeClock();
            var random = new Random(7);
            Dictionary<int, SizeSpeed> speeds = (sizes.Length == 0 ? [0] : sizes).ToDictionary(s => s, Measure);
            double spent = clock.Seconds;
            TrainingRecipe fitted = TimeBudget.Fit(recipe, Batches, speeds, spent);
            Assert.Equal(hours, fitted.Hours);
            for (int epoch = 0; epoch < fitted.Epochs; epoch++)
            {
                for (int batch = 0; batch < Batches; batch++)
                {
                    Step(RecipeLength.SizeAt(fitted, epoch));
                }

                clock.Pass(evaluationSeconds * Area(RecipeLength.SizeAt(fitted, epoch)));
            }

            Assert.InRange(clock.Seconds / (hours * 3600), 0.95, 1.05);

            // One more epoch would exceed it, as far as was known.
            TrainingRecipe longer = RecipeLength.To(recipe, fitted.Epochs + 1);
            Assert.True(TimeBudget.Seconds(longer, Batches, speeds) + spent > hours * 3600);

            SizeSpeed Measure(int size)
            {
                var timer = new StepTimer(clock);
                for (int step = 1; !timer.IsDone; step++)
                {
                    Step(size);
                    timer.Add(Progress(1, step, 1000));
                }

                double before = clock.Seconds;
                clock.Pass(evaluationSeconds * Area(size));
                return new SizeSpeed(timer.StepSeconds, clock.Seconds - before);
            }

            void Step(int size) => clock.Pass(stepSeconds * Area(size) * (0.7 + (0.6 * random.NextDouble())));
        }

        // Not quite proportional to the area, as on real machines.
        static double Area(int size) => size == 0 ? 1 : 0.1 + (0.9 * size * size / (48.0 * 48));
    }

    [Fact]
    public void A_budget_under_one_epoch_is_an_error_with_the_time_that_it_takes()
    {
        var recipe = new TrainingRecipe { Hours = 0.001 };
        var error = Assert.Throws<TrainingException>(() =>
            TimeBudget.Fit(recipe, 100, new Dictionary<int, SizeSpeed> { [0] = new(0.1, 8) }, 2)
        );
        Assert.Equal((ErrorKind.BadUsage, "hoursTooFew"), (error.Kind, error.Code));
        Assert.Equal(
            "'hours' is 0.001, but one epoch takes 0.005 h at the measured speed, and measuring took 0.0006 h. Raise "
                + "'hours', or choose a faster network or device.",
            error.Message
        );
    }

    [Fact]
    public void Exactly_one_epoch_fits()
    {
        var recipe = new TrainingRecipe { Hours = 0.005 };
        var speeds = new Dictionary<int, SizeSpeed> { [0] = new(0.1, 8) };
        Assert.Equal(1, TimeBudget.Fit(recipe, 100, speeds).Epochs);
        Assert.Equal(1, TimeBudget.Fit(recipe with { Hours = 0.00999 }, 100, speeds).Epochs);
        Assert.Equal(2, TimeBudget.Fit(recipe with { Hours = 0.01 }, 100, speeds).Epochs);
    }

    [Fact]
    public void The_timer_leaves_out_the_first_steps_and_the_evaluations()
    {
        var clock = new FakeClock();
        var timer = new StepTimer(clock);
        const int BatchesPerEpoch = 20;
        int steps = 0;
        for (int epoch = 1; !timer.IsDone; epoch++)
        {
            for (int batch = 1; batch <= BatchesPerEpoch && !timer.IsDone; batch++)
            {
                clock.Pass(++steps <= StepTimer.WarmUp ? 60 : 0.5);
                timer.Add(Progress(epoch, batch, BatchesPerEpoch));
            }

            clock.Pass(1000);
            timer.Add(Progress(epoch, BatchesPerEpoch, BatchesPerEpoch) with { Finished = Epoch });
        }

        Assert.Equal(StepTimer.WarmUp + StepTimer.Steps, steps);
        Assert.Equal(0.5, timer.StepSeconds, 9);
    }

    [Fact]
    public void The_timer_takes_reports_that_do_not_come_after_every_step()
    {
        var clock = new FakeClock();
        var timer = new StepTimer(clock);
        for (int step = 7; !timer.IsDone; step += 7)
        {
            clock.Pass(7 * 0.01);
            timer.Add(Progress(1, step, 1000));
        }

        Assert.Equal(0.01, timer.StepSeconds, 9);
    }

    [Fact]
    public void A_real_trainer_is_measured_at_each_size_and_leaves_nothing_behind()
    {
        TrainingRecipe recipe = Made.Bare with { Hours = 1, Epochs = 4, Sizes = [8, 12], SizeEpochs = [0, 2] };
        var folders = new List<string>();
        var seen = new List<TrainingRecipe>();
        (IReadOnlyDictionary<int, SizeSpeed> speeds, double seconds) = SpeedProbe.Measure(
            recipe,
            12,
            (used, folder) =>
            {
                folders.Add(folder.Path);
                seen.Add(used);
                string layers = """{ "type": "conv", "filters": 4 }, { "type": "globalAveragePool" }, """;
                return new Trainer(
                    used,
                    Made.Graph(layers + """{ "type": "dense", "units": 7 }""", side: 12),
                    Made.Data(24, 7, side: 12),
                    folder
                );
            },
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );
        Assert.Equal([8, 12], speeds.Keys.Order());
        Check.All(speeds.Values, s => Assert.True(s is { StepSeconds: > 0, EvaluationSeconds: > 0 }));
        Assert.True(seconds > 0);
        Check.All(folders, f => Assert.False(Directory.Exists(f)));
        Assert.Equal([8], seen[0].Sizes.Take(1));
        Assert.Empty(seen[1].Sizes);
        Check.All(seen, r => Assert.Equal(0, r.Hours));
    }

    private static EpochRecord Epoch => new(1, 48, 0.1, 1, 0.5, 1, 0.5, 1, 1);

    private static TrainingProgress Progress(int epoch, int batch, int batches) =>
        new(epoch, 10, batch, batches, 1, 0.5, 0.1, 100, TimeSpan.Zero, null, false);
}
