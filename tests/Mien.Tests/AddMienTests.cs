using Microsoft.Extensions.DependencyInjection;

namespace Mien.Tests;

public sealed class AddMienTests
{
    [Fact]
    public void One_recognizer_serves_the_program_and_the_container_disposes_of_it()
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
    public void Options_are_given_or_made_of_other_services_and_only_when_needed()
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
        services.AddMien(new RecognizerOptions { UncertainBelow = 0 }); // the first one stays
        using ServiceProvider built = services.BuildServiceProvider();
        Assert.Equal(0, made);
        Assert.Equal(3, built.GetRequiredService<FaceExpressionRecognizer>().Options.Detection.MaxFaces);
        built.GetRequiredService<FaceExpressionRecognizer>();
        Assert.Equal(1, made);
    }

    [Fact]
    public void A_model_that_cannot_be_loaded_is_an_error_when_it_is_needed()
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
