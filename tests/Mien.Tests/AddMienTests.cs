using Microsoft.Extensions.DependencyInjection;

namespace Mien.Tests;

public sealed class AddMienTests
{
    [Fact]
    public void The_recognizer_is_a_singleton_that_the_container_disposes()
    {
        var services = new ServiceCollection();
        Assert.Same(services, services.AddMien());
        ServiceProvider provider = services.BuildServiceProvider(
            new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }
        );

        FaceExpressionRecognizer recognizer = provider.GetRequiredService<FaceExpressionRecognizer>();
        using (IServiceScope scope = provider.CreateScope())
        {
            Assert.Same(recognizer, scope.ServiceProvider.GetRequiredService<FaceExpressionRecognizer>());
        }

        byte[] face = File.ReadAllBytes(Path.Combine(Repository.Root, "samples", "faces", "happiness.png"));
        Assert.Equal(RecognitionStatus.Ok, recognizer.Recognize(face).Status);
        provider.Dispose();
        Assert.Throws<ObjectDisposedException>(() => recognizer.Recognize(face));
    }

    [Fact]
    public void Options_are_given_directly_or_created_lazily_from_other_services()
    {
        using ServiceProvider given = new ServiceCollection()
            .AddMien(new RecognizerOptions { UncertainBelow = 0.9f })
            .BuildServiceProvider();
        Assert.Equal(0.9f, given.GetRequiredService<FaceExpressionRecognizer>().Options.UncertainBelow);

        int made = 0;
        var services = new ServiceCollection();
        services.AddSingleton(new DetectionOptions { MaxFaces = 3 });
        services.AddMien(provider =>
        {
            made++;
            return new RecognizerOptions { Detection = provider.GetRequiredService<DetectionOptions>() };
        });
        services.AddMien(new RecognizerOptions { UncertainBelow = 0 }); // ignored: the first registration stays
        using ServiceProvider built = services.BuildServiceProvider();
        Assert.Equal(0, made);
        Assert.Equal(3, built.GetRequiredService<FaceExpressionRecognizer>().Options.Detection.MaxFaces);
        built.GetRequiredService<FaceExpressionRecognizer>();
        Assert.Equal(1, made);
    }

    [Fact]
    public void A_model_that_cannot_be_loaded_is_an_error_at_first_use()
    {
        using ServiceProvider provider = new ServiceCollection()
            .AddMien(new RecognizerOptions { Model = "none.onnx" })
            .BuildServiceProvider();
        Assert.Equal(
            "fileNotFound",
            Assert.Throws<MienException>(() => provider.GetRequiredService<FaceExpressionRecognizer>()).Code
        );
        Assert.Throws<ArgumentNullException>(() => MienServiceCollectionExtensions.AddMien(null!));
        Assert.Throws<ArgumentNullException>(() =>
            new ServiceCollection().AddMien((Func<IServiceProvider, RecognizerOptions>)null!)
        );
    }
}
