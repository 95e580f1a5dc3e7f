using Microsoft.ML.OnnxRuntime;

namespace Mien.Tests;

/// <summary>The tests carry ONNX Runtime's build for processors, so CUDA is the device that is not there.</summary>
public sealed class DeviceTests
{
    [Theory]
    [InlineData(InferenceDevice.Auto)]
    [InlineData(InferenceDevice.Cpu)]
    public void The_device_that_runs_is_told_and_is_never_a_wish(InferenceDevice wish)
    {
        Assert.DoesNotContain("CUDAExecutionProvider", OrtEnv.Instance().GetAvailableProviders());

        using var classifier = ExpressionClassifier.Load(
            new MemoryStream(TinyModels.Linear(TinyModels.Contract)),
            new ClassifierOptions { Device = wish }
        );

        Assert.Equal(InferenceDevice.Cpu, classifier.Device);
    }

    [Fact]
    public void Auto_is_what_runs_where_nothing_is_wished_for() =>
        Assert.Equal(InferenceDevice.Auto, new ClassifierOptions().Device);

    [Fact]
    public void Cuda_is_refused_where_the_build_has_none_and_not_replaced_in_silence()
    {
        var cuda = new ClassifierOptions { Device = InferenceDevice.Cuda };

        MienException classifier = Assert.Throws<MienException>(() =>
            ExpressionClassifier.Load(new MemoryStream(TinyModels.Linear(TinyModels.Contract)), cuda)
        );
        MienException detector = Assert.Throws<MienException>(() => FaceDetector.Load(options: cuda));

        Check.All(
            [classifier, detector],
            e =>
            {
                Assert.Equal("noCuda", e.Code);
                Assert.Equal(
                    "The device cuda was asked for, but this build of ONNX Runtime runs on "
                        + "CPUExecutionProvider only. Take the device auto or cpu, "
                        + "or put the package Microsoft.ML.OnnxRuntime.Gpu in the place of Microsoft.ML.OnnxRuntime.",
                    e.Message
                );
            }
        );
    }
}
