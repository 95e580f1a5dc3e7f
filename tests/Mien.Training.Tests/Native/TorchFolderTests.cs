namespace Mien.Training.Tests;

public sealed class TorchFolderTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("libtorch/lib", "libtorch/lib")]
    [InlineData("libtorch/lib", "libtorch")]
    [InlineData("site-packages/torch/lib", "site-packages/torch/lib")]
    [InlineData("site-packages/torch/lib", "site-packages/torch")]
    [InlineData("site-packages/torch/lib", "site-packages")]
    [InlineData("venv/lib/python3.12/site-packages/torch/lib", "venv")]
    [InlineData("venv/Lib/site-packages/torch/lib", "venv")]
    public void Libtorch_is_found_in_a_folder_or_one_above_it(string libraries, string given)
    {
        FakeTorch.Write(folder, libraries);
        var found = TorchFolder.Find(folder[given], "--libtorch");
        Assert.Equal(folder[libraries], found.Path, ignoreCase: OperatingSystem.IsMacOS());
        Assert.False(found.HasCuda);
        Assert.Null(found.Version);
        Assert.Empty(found.CudaFolders);
        Assert.Equal(
            [.. ((string[])["c10", "torch_cpu", "torch"]).Select(TorchFolder.FileOf)],
            found.LoadOrder().Select(Path.GetFileName)
        );
    }

    [Fact]
    public void A_folder_without_libtorch_is_an_error_that_says_what_to_give()
    {
        Directory.CreateDirectory(folder["empty"]);
        AssertWrong(
            folder["empty"],
            $"--libtorch: there is no libtorch ({TorchFolder.FileOf("torch_cpu")}) in '{folder["empty"]}'. Give the "
                + "folder of an unpacked libtorch, of Python's package 'torch' ("
        );
        AssertWrong(folder["nothing"], $"--libtorch: folder '{folder["nothing"]}' not found. Give the folder of ");
    }

    [Theory]
    [InlineData("torch_cpu")]
    [InlineData("c10")]
    [InlineData("torch")]
    [InlineData("torch_cuda")]
    [InlineData("c10_cuda")]
    public void A_missing_part_is_named(string part)
    {
        string lib = FakeTorch.Write(folder, "torch/lib", cuda: true, part);
        AssertWrong(
            lib,
            $"--libtorch: libtorch in '{lib}' is incomplete, it lacks {TorchFolder.FileOf(part)}. Install it again."
        );
    }

    [Theory]
    [InlineData("2.10.0+cpu", "2.10")]
    [InlineData("2.11.0+cu130", "2.11")]
    [InlineData("2.12.1", "2.12")]
    public void Versions_that_fit_are_read_from_the_package_or_the_archive(string text, string version)
    {
        FakeTorch.Write(folder, "torch/lib", cuda: true);
        folder.Write("torch/version.py", $"from typing import Optional\n__version__ = '{text}'\ndebug = False\n");
        FakeTorch.Write(folder, "libtorch/lib");
        folder.Write("libtorch/build-version", text + "\n");
        foreach (string given in (string[])["torch", "libtorch"])
        {
            var found = TorchFolder.Find(folder[given], "--libtorch");
            Assert.Equal((text, Version.Parse(version)), (found.VersionText, found.Version));
            Assert.Equal(given == "torch", found.HasCuda);
        }
    }

    [Theory]
    [InlineData("2.9.1+cu128")]
    [InlineData("1.13.0a0")]
    [InlineData("3.0.0")]
    public void Another_version_is_an_error(string text)
    {
        string lib = FakeTorch.Write(folder, "torch/lib");
        folder.Write("torch/version.py", $"__version__ = \"{text}\"\n");
        AssertWrong(
            lib,
            $"--libtorch ('{lib}'): found libtorch {text}, expected 2.10 or 2.11: TorchSharp is made for 2.10. Install "
                + "one of these, for example with \"pip install 'torch==2.10.*'\"."
        );
    }

    [Fact]
    public void The_libraries_of_CUDA_are_loaded_before_those_that_need_them()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The order is read from ELF files.");
        var found = WriteCuda();
        Assert.Equal(2, found.CudaFolders.Count);
        string[] order = [.. found.LoadOrder().Select(f => Path.GetFileName(f)!)];
        Assert.Equal(
            [
                "libc10.so",
                "libtorch_cpu.so",
                "libc10_cuda.so",
                "libcublasLt.so.13",
                "libcublas.so.13",
                "libtorch_cuda.so",
                "libtorch.so",
            ],
            order
        );
        Assert.Contains("nvidia/cu13/lib", found.LoadOrder()[3].Replace('\\', '/'), StringComparison.Ordinal);
        Assert.Equal(["libcuda.so.1", "libcudnn.so.9", "libm.so.6"], found.Missing(_ => false));
        Assert.Empty(found.Missing(_ => true));
        Assert.Equal(["libcudnn.so.9"], found.Missing(name => name != "libcudnn.so.9"));
    }

    [Fact]
    public void Missing_libraries_of_CUDA_and_a_missing_driver_are_said_with_what_to_do()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The needs are read from ELF files.");
        var found = WriteCuda();
        Assert.Equal(
            $"libtorch in '{found.Path}' needs libcudnn.so.9, which was not found. CUDA's packages were found in 2 "
                + "folders 'nvidia/*/lib' beside the package 'torch'; install the missing ones with \"pip install "
                + "--force-reinstall torch\", or add the folder of libcudnn.so.9 to LD_LIBRARY_PATH before the start.",
            found.MissingError(["libcudnn.so.9"]).Message
        );
        Assert.Equal(
            $"libtorch in '{found.Path}' needs libcuda.so.1, which was not found. libcuda.so.1 is part of NVIDIA's "
                + "driver: install the driver.",
            found.MissingError(["libcuda.so.1"]).Message
        );
        Directory.Delete(folder["site-packages/nvidia"], recursive: true);
        Assert.StartsWith(
            $"libtorch in '{found.Path}' needs libcublas.so.13, libcudnn.so.9, which were not found. There are no "
                + "folders 'nvidia/*/lib' beside the package 'torch'; install PyTorch again with ",
            TorchFolder
                .Find(folder["site-packages"], "MIEN_LIBTORCH")
                .MissingError(["libcublas.so.13", "libcudnn.so.9"])
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_an_ELF_file_needs_is_read_and_other_files_need_nothing()
    {
        Assert.Equal(["libc10.so", "libä.so"], Of(FakeTorch.Elf("libc10.so", "libä.so")));
        Assert.Empty(Of(FakeTorch.Elf()));
        Assert.Empty(Of([]));
        Assert.Empty(Of("MZ"u8.ToArray()));
        byte[] sound = FakeTorch.Elf("libc10.so");
        for (int length = 0; length < sound.Length; length += 7)
        {
            Assert.Empty(Of(sound[..length]));
        }

        Assert.Empty(ElfDependencies.Of(folder["nothing"]));
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains("libtorch.so", ElfDependencies.Of(LibTorchFixture.InOutput!));
        }

        IReadOnlyList<string> Of(byte[] image)
        {
            string file = folder["file.so"];
            File.WriteAllBytes(file, image);
            return ElfDependencies.Of(file);
        }
    }

    private TorchFolder WriteCuda()
    {
        string lib = FakeTorch.Write(folder, "site-packages/torch/lib", cuda: true);
        Write($"{lib}/libc10_cuda.so", "libc10.so", "libcuda.so.1");
        Write($"{lib}/libtorch_cuda.so", "libcublas.so.13", "libtorch_cpu.so", "libc10_cuda.so", "libcudnn.so.9");
        folder.Write("site-packages/nvidia/cu13/lib/libcublasLt.so.13", "");
        folder.Write("site-packages/nvidia/nccl/lib/libnccl.so.2", "");
        Write(folder["site-packages/nvidia/cu13/lib/libcublas.so.13"], "libcublasLt.so.13", "libm.so.6");
        return TorchFolder.Find(folder["site-packages"], "--libtorch");

        static void Write(string path, params string[] needed) => File.WriteAllBytes(path, FakeTorch.Elf(needed));
    }

    private static void AssertWrong(string given, string message)
    {
        var error = Assert.Throws<TrainingException>(() => TorchFolder.Find(given, "--libtorch"));
        Assert.Equal((ErrorKind.BadUsage, "badLibTorch"), (error.Kind, error.Code));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }
}
