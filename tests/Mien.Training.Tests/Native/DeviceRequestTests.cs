using TorchSharp;

namespace Mien.Training.Tests;

public class DeviceRequestTests
{
    [Theory]
    [InlineData("auto", "auto")]
    [InlineData("cpu", "cpu")]
    [InlineData("cuda", "cuda:0")]
    [InlineData("cuda:0", "cuda:0")]
    [InlineData("cuda:12", "cuda:12")]
    [InlineData("mps", "mps")]
    public void Devices_are_read(string text, string device) =>
        Assert.Equal(device, DeviceRequest.Parse(text, isMac: true).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("CUDA")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:1.5")]
    [InlineData("cuda:99999999999")]
    public void Other_texts_are_wrong_usage(string text)
    {
        var error = Assert.Throws<TrainingException>(() => DeviceRequest.Parse(text));
        Assert.Equal((ErrorKind.BadUsage, "badDevice"), (error.Kind, error.Code));
        Assert.Equal($"--device is '{text}', expected auto, cpu, cuda, cuda:N or mps.", error.Message);
    }

    [Fact]
    public void Mps_is_only_for_macOS_and_said_to_be_untried()
    {
        var error = Assert.Throws<TrainingException>(() => DeviceRequest.Parse("mps", isMac: false));
        Assert.Equal("--device is 'mps', which only macOS has. Expected auto, cpu, cuda or cuda:N.", error.Message);
        ChosenDevice mps = DeviceRequest.Parse("mps", isMac: true).Choose(false, NotAsked, () => 0);
        Assert.Equal((DeviceType.MPS, "mps", "mps is untried with Mien"), (mps.Type, mps.Name, mps.Reason));
    }

    [Fact]
    public void Auto_is_cuda_if_libtorch_finds_it_and_says_why_it_is_not()
    {
        var auto = new DeviceRequest(DeviceKind.Auto);
        ChosenDevice found = auto.Choose(true, () => true, () => 2);
        Assert.Equal((DeviceType.CUDA, 0, "cuda:0", null), (found.Type, found.Index, found.Name, found.Reason));
        ChosenDevice without = auto.Choose(true, () => false, () => 0);
        Assert.Equal(
            (DeviceType.CPU, "cpu", "libtorch finds no NVIDIA GPU"),
            (without.Type, without.Name, without.Reason)
        );
        Assert.Equal("libtorch was built for the CPU only", auto.Choose(false, NotAsked, () => 0).Reason);
        Assert.Null(DeviceRequest.Parse("cpu").Choose(true, NotAsked, () => 0).Reason);
    }

    [Fact]
    public void A_GPU_that_is_not_there_is_an_error_that_says_what_to_do()
    {
        var second = DeviceRequest.Parse("cuda:1");
        Assert.Equal("cuda:1", second.Choose(true, () => true, () => 2).Name);
        AssertNone(
            () => second.Choose(true, () => true, () => 1),
            "--device is 'cuda:1', but 1 GPU was found, expected "
        );
        AssertNone(
            () => second.Choose(true, () => false, () => 0),
            "--device is 'cuda:1', but libtorch finds no NVIDIA GPU. Check with 'nvidia-smi' that the driver is "
                + "installed and recent enough for this libtorch, and that CUDA_VISIBLE_DEVICES does not hide the GPU; "
        );
        AssertNone(
            () => second.Choose(false, NotAsked, () => 0),
            "--device is 'cuda:1', but libtorch was built for the CPU only. Give the folder of a PyTorch or libtorch "
                + "with CUDA with --libtorch DIR; 'mien-lab info' shows what was found. 'cpu' trains without a GPU."
        );
    }

    [Fact]
    public void The_loaded_libtorch_is_known_and_trains_on_the_cpu()
    {
        Assert.Equal(new Version(2, 10, 0), LibTorch.Version);
        Assert.True(File.Exists(Path.Combine(LibTorch.LoadedFrom!, TorchFolder.FileOf("torch_cpu"))));
        ChosenDevice device = DeviceRequest.Parse("auto").Choose();
        Assert.Equal("cpu", device.Name);
        Assert.Equal(DeviceType.CPU, device.ToTorch().type);
        LibTorch.Initialize(threads: 1, folder: LibTorch.LoadedFrom); // the same folder again
    }

    private static void AssertNone(Action action, string message)
    {
        var error = Assert.Throws<TrainingException>(action);
        Assert.Equal((ErrorKind.BadUsage, "noDevice"), (error.Kind, error.Code));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    private static bool NotAsked() => throw new InvalidOperationException("must not be asked");
}
