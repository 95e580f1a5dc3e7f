namespace Mien.Tests;

public sealed class SoftmaxTests
{
    [Fact]
    public void Values_match_those_computed_by_hand()
    {
        float[] values = [0, MathF.Log(2), MathF.Log(5)];
        Softmax.InPlace(values);
        Assert.Equal([0.125f, 0.25f, 0.625f], values, new Within(1e-6f));

        values = [0, 2 * MathF.Log(2), 2 * MathF.Log(5)];
        Softmax.InPlace(values, 2);
        Assert.Equal([0.125f, 0.25f, 0.625f], values, new Within(1e-6f));
    }

    [Fact]
    public void Huge_scores_do_not_overflow()
    {
        float[] values = [1e30f, 0, -1e30f];
        Softmax.InPlace(values, 0.5f);
        Assert.Equal([1, 0, 0], values);
        values = [-1e4f, -1e4f];
        Softmax.InPlace(values);
        Assert.Equal([0.5f, 0.5f], values);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_temperature_that_is_not_positive_and_finite_is_refused(float temperature) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Softmax.InPlace([1, 2], temperature));

    private sealed class Within(float tolerance) : IEqualityComparer<float>
    {
        public bool Equals(float x, float y) => MathF.Abs(x - y) <= tolerance;

        public int GetHashCode(float value) => 0;
    }
}
