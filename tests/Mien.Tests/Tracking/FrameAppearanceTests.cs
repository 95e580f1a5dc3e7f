using Mien.Testing;

namespace Mien.Tests;

/// <summary>Signatures tell people apart, whatever the light and the expression.</summary>
public sealed class FrameAppearanceTests
{
    [Fact]
    public void Light_and_expression_change_a_signature_less_than_another_person_does()
    {
        var random = new Random(3);
        MadePerson[] people = [.. Enumerable.Range(0, 12).Select(_ => MadePerson.Of(random))];
        var same = new List<float>();
        var others = new List<float>();
        for (int i = 0; i < people.Length; i++)
        {
            var look = new FaceLook();
            look.Add(MadeFaces.SignatureOf(people[i], 1, Expression.Neutral), 1, 0);
            foreach (double light in (double[])[0.7, 1, 1.15])
            {
                same.Add(Distance(people[i], light, Expression.Happiness));
                same.Add(Distance(people[i], light, Expression.Surprise));
            }

            foreach (MadePerson other in people.Where(p => p != people[i]))
            {
                others.Add(Distance(other, 1, Expression.Neutral));
            }

            float Distance(MadePerson person, double light, Expression expression) =>
                look.Compare(MadeFaces.SignatureOf(person, light, expression, noise: 7)).Distance;
        }

        float within = same.Average(),
            between = others.Average();
        Assert.True(within < 0.6f * between, $"The same person differs by {within:0.000}, others by {between:0.000}.");
    }

    [Fact]
    public void It_is_small_and_the_same_from_many_threads()
    {
        var picture = new MadePicture(1280, 720, 5);
        FaceBox[] boxes = [.. Enumerable.Range(0, 20).Select(i => new FaceBox(60 * i, 200, 90, 90))];
        using Photo photo = picture.ToPhoto();
        FrameAppearance first = FrameAppearance.Of(photo, boxes);

        int bytes =
            first.Frame!.Luma.Length
            + first.Frame.Blue.Length
            + first.Frame.Red.Length
            + first.Faces.Sum(f => f.Roots.Length + (4 * f.Seen.Length));
        Assert.InRange(bytes, 1000, 8000);
        Parallel.For(
            0,
            16,
            _ =>
            {
                FrameAppearance again = FrameAppearance.Of(photo, boxes);
                Assert.Equal(first.Frame.Luma, again.Frame!.Luma);
                Assert.Equal(first.Faces.SelectMany(f => f.Roots), again.Faces.SelectMany(f => f.Roots));
            }
        );
    }

    [Fact]
    public void Faces_outside_the_frame_and_empty_boxes_have_nothing_to_compare()
    {
        using Photo photo = new MadePicture(40, 30, 1).ToPhoto();
        FrameAppearance appearance = FrameAppearance.Of(
            photo,
            [new FaceBox(-90, -90, 20, 20), new FaceBox(5, 5, 0, 0), new FaceBox(10, 5, 20, 20)]
        );
        Check.All(appearance.Faces.Take(2), f => Assert.Equal([0, 0, 0], f.Seen));
        Assert.Equal(1, appearance.Faces[2].Seen[0]);
        Assert.Equal(0, new FaceLook().Compare(appearance.Faces[2]).Evidence);
    }

    [Fact]
    public void Invalid_arguments_are_refused()
    {
        Photo photo = new MadePicture(40, 30, 1).ToPhoto();
        Assert.Throws<ArgumentNullException>(() => FrameAppearance.Of(null!, []));
        Assert.Throws<ArgumentNullException>(() => FrameAppearance.Of(photo, null!));
        FrameAppearance two = FrameAppearance.Of(photo, [new(0, 0, 9, 9), new(9, 9, 9, 9)]);
        ArgumentException e = Assert.Throws<ArgumentException>(() =>
            new FaceTracker().Update([MadeFaces.Recognized(new(0, 0, 9, 9))], TimeSpan.Zero, two)
        );
        Assert.Contains("2 faces, but the frame has 1", e.Message, StringComparison.Ordinal);
        photo.Dispose();
        Assert.Throws<ObjectDisposedException>(() => FrameAppearance.Of(photo, []));
    }
}
