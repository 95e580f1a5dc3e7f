using Microsoft.ML.OnnxRuntime;

namespace Mien.Tests;

/// <summary>The tests use the CPU build of ONNX Runtime, so CUDA is not available.</summary>
public sealed class DeviceTests
{
    [Theory]
    [InlineData(InferenceDevice.Auto)]
    [InlineData(InferenceDevice.Cpu)]
    public void The_device_in_use_is_reported_instead_of_the_requested_one(InferenceDevice requested)
    {
        Assert.DoesNotContain("CUDAExecutionProvider", OrtEnv.Instance().GetAvailableProviders());

        using var classifier = ExpressionClassifier.Load(
            new MemoryStream(TinyModels.Linear(TinyModels.Contract)),
            new ClassifierOptions { Device = requested }
        );

        Assert.Equal(InferenceDevice.Cpu, classifier.Device);
    }

    [Fact]
    public void Auto_is_the_default() => Assert.Equal(InferenceDevice.Auto, new ClassifierOptions().Device);

    [Fact]
    public void Cuda_is_refused_if_the_build_lacks_it_without_a_silent_fallback()
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
                    "The device cuda was requested, but this build of ONNX Runtime supports only "
                        + "CPUExecutionProvider. Use the device auto or cpu, or replace the package "
                        + "Microsoft.ML.OnnxRuntime by Microsoft.ML.OnnxRuntime.Gpu.",
                    e.Message
                );
            }
        );
    }

    [Fact]
    public void Core_ML_is_refused_where_the_build_lacks_it()
    {
        Assert.SkipWhen(OperatingSystem.IsMacOS(), "ONNX Runtime for macOS has Core ML.");
        var coreMl = new ClassifierOptions { Device = InferenceDevice.CoreMl };
        MienException classifier = Assert.Throws<MienException>(() =>
            ExpressionClassifier.Load(new MemoryStream(TinyModels.Linear(TinyModels.Contract)), coreMl)
        );
        MienException detector = Assert.Throws<MienException>(() => FaceDetector.Load(options: coreMl));
        Check.All(
            [classifier, detector],
            e =>
            {
                Assert.Equal(("noCoreMl", ErrorKind.BadUsage), (e.Code, e.Kind));
                Assert.Contains(
                    "Core ML exists on macOS only: use the device auto or cpu.",
                    e.Message,
                    StringComparison.Ordinal
                );
            }
        );
    }
}
