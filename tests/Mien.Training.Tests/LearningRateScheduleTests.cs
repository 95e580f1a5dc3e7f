namespace Mien.Training.Tests;

/// <summary>
/// Compares every schedule with numbers computed by hand; an epoch has 10 steps, the peak rate is 0.1.
/// </summary>
public class LearningRateScheduleTests
{
    private static readonly TrainingRecipe Recipe = new()
    {
        LearningRate = 0.1,
        WarmupEpochs = 0,
        Epochs = 4,
    };

    [Fact]
    public void Constant_is_constant() =>
        AssertRates(Recipe with { Schedule = ScheduleKind.Constant }, (0, 0.1), (17, 0.1), (39, 0.1));

    [Theory]
    [InlineData(ScheduleKind.Constant)]
    [InlineData(ScheduleKind.Step)]
    [InlineData(ScheduleKind.Cosine)]
    [InlineData(ScheduleKind.Trapezoid)]
    [InlineData(ScheduleKind.Plateau)]
    public void Warm_up_rises_linearly_to_the_peak_rate(object kindValue)
    {
        var kind = (ScheduleKind)kindValue;
        TrainingRecipe recipe = Recipe with { Schedule = kind, WarmupEpochs = 1, DecayEpochs = 2, StepEpochs = 2 };
        AssertRates(recipe, (0, 0.01), (4, 0.05), (9, 0.1), (10, 0.1));
        AssertRates(recipe with { WarmupEpochs = 2 }, (0, 0.005), (9, 0.05), (19, 0.1));
    }

    [Fact]
    public void A_warm_up_that_ends_within_a_step_does_not_overshoot() =>
        AssertRates(
            Recipe with
            {
                Schedule = ScheduleKind.Constant,
                WarmupEpochs = 0.25,
            },
            (0, 0.04),
            (1, 0.08),
            (2, 0.1),
            (3, 0.1)
        );

    [Fact]
    public void Step_multiplies_at_regular_intervals() =>
        AssertRates(
            Recipe with
            {
                Schedule = ScheduleKind.Step,
                StepEpochs = 2,
                StepFactor = 0.1,
                Epochs = 6,
            },
            (0, 0.1),
            (19, 0.1),
            (20, 0.01),
            (39, 0.01),
            (40, 0.001),
            (59, 0.001)
        );

    [Fact]
    public void Cosine_falls_along_half_a_cosine()
    {
        TrainingRecipe recipe = Recipe with
        {
            Schedule = ScheduleKind.Cosine,
            Epochs = 2,
            FinalLearningRateShare = 0.1,
        };
        AssertRates(recipe, (0, 0.1), (5, 0.0868198051533946), (10, 0.055), (15, 0.0231801948466054), (20, 0.01));
        AssertRates(recipe with { WarmupEpochs = 1 }, (9, 0.1), (10, 0.1), (15, 0.055));
    }

    [Fact]
    public void One_cycle_rises_and_falls_along_cosines_without_warm_up()
    {
        TrainingRecipe recipe = Recipe with
        {
            Schedule = ScheduleKind.OneCycle,
            Epochs = 2,
            OneCycleRise = 0.3,
            FinalLearningRateShare = 0.001,
            WarmupEpochs = 2,
        };
        AssertRates(recipe, (0, 0.004), (3, 0.052), (6, 0.1), (13, 0.05005), (20, 0.0001));
    }

    [Fact]
    public void Trapezoid_is_constant_and_then_falls_linearly()
    {
        TrainingRecipe recipe = Recipe with
        {
            Schedule = ScheduleKind.Trapezoid,
            DecayEpochs = 2,
            FinalLearningRateShare = 0,
        };
        AssertRates(recipe, (0, 0.1), (19, 0.1), (20, 0.1), (30, 0.05), (39, 0.005), (40, 0));
        AssertRates(recipe with { FinalLearningRateShare = 0.2 }, (20, 0.1), (30, 0.06), (40, 0.02));
        // More epochs only delay the fall.
        AssertRates(recipe with { Epochs = 6 }, (0, 0.1), (30, 0.1), (40, 0.1), (50, 0.05));
    }

    [Fact]
    public void Plateau_multiplies_when_the_accuracy_stops_improving()
    {
        TrainingRecipe recipe = Recipe with { Schedule = ScheduleKind.Plateau, StepEpochs = 2, StepFactor = 0.5 };
        void Expect(double rate, params double[] accuracies) =>
            Assert.Equal(rate, new LearningRateSchedule(recipe, 10).At(25, accuracies), 1e-12);
        Expect(0.1);
        Expect(0.1, 0.5);
        Expect(0.1, 0.5, 0.4);
        Expect(0.05, 0.5, 0.4, 0.5);
        Expect(0.05, 0.5, 0.4, 0.5, 0.45);
        Expect(0.025, 0.5, 0.4, 0.5, 0.45, 0.45);
        Expect(0.05, 0.5, 0.4, 0.5, 0.6, 0.6);
        Expect(0.1, 0.1, 0.2, 0.15, 0.3, 0.25, 0.4);
    }

    [Fact]
    public void Zero_steps_per_epoch_are_rejected() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LearningRateSchedule(Recipe, 0));

    private static void AssertRates(TrainingRecipe recipe, params (long Step, double Rate)[] expected)
    {
        var schedule = new LearningRateSchedule(recipe, 10);
        Check.All(expected, e => Assert.Equal(e.Rate, schedule.At(e.Step, []), 1e-12));
    }
}
