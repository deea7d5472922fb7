using PSLlmCluster.Core.Backends;
using PSLlmCluster.Worker.Llama;
using PSLlmCluster.Worker.Llama.Native;
using PSLlmCluster.Core.Tests.Gguf;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>What llama.cpp can compute on, and what is said of backends that it cannot load.</summary>
[Collection("llama")]
public sealed class LlamaDevicesTests
{
    private static readonly GpuBackend _cuda12 = GpuBackend.Named("cuda12");

    [LlamaFact]
    public void The_processor_comes_first_and_every_backend_of_the_platform_is_there()
    {
        IReadOnlyList<LlamaDevice> devices = LlamaDevices.List();

        LlamaDevice processor = devices[0];
        Assert.Equal(("Cpu", LlamaDeviceType.Cpu, true), (processor.Backend, processor.Type, processor.IsUsable));
        Assert.True(processor.TotalMemory > 1 << 28);
        Assert.Null(processor.GpuIndex);
        string[] known = GpuBackend.Platforms.Contains(NativePlatform.Name) ? [.. GpuBackend.All.Select(backend => backend.Name)] : [];
        Assert.All(known, name => Assert.Contains(devices, device => device.Backend == name));
        Assert.All(devices, device => Assert.Equal(device.IsUsable, device.Reason is null));
        Assert.All(devices.Where(device => device.Reason is not null), device => Assert.EndsWith(".", device.Reason));
        int[] indices = [.. devices.Select(device => device.GpuIndex).OfType<int>()];
        Assert.Equal(Enumerable.Range(0, indices.Length), indices);
    }

    [LlamaFact]
    public void A_backend_that_is_not_installed_says_how_it_is()
    {
        using TemporaryFolder folder = new();
        NativeLibraryLoader.EnsureLoaded(null);
        GpuSearch search = GpuBackends.Search(folder.Path, null);
        if (search.Gpus.Count > 0 || search.Backends.Count == 0)
        {
            // A backend of an earlier test brought a GPU, or there is none for this platform.
            Assert.All(search.Backends, outcome => Assert.NotNull(outcome.Obstacle));
            return;
        }

        Assert.Equal(["Cuda13", "Cuda12", "Vulkan"], search.Backends.Select(outcome => outcome.Backend.Name));
        Assert.All(
            search.Backends,
            outcome => Assert.Contains($"Install-LlamaBackend {outcome.Backend.Name}", outcome.Obstacle, StringComparison.Ordinal));
        Assert.All(search.Backends, outcome => Assert.Null(outcome.Path));
        Assert.Contains(folder.Path, search.Reason, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void Each_way_in_which_a_library_is_broken_has_its_own_words_and_none_is_loaded()
    {
        using TemporaryFolder folder = new();
        byte[] library = File.ReadAllBytes(NativeLibraryLoader.EnsureLoaded(null).GgmlBase);
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder.Path, "cuda12")).FullName, _cuda12.FileName);

        Assert.Contains("it is empty", Obstacle([]), StringComparison.Ordinal);
        Assert.Contains("it is no library", Obstacle("#!/bin/sh"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("it is cut off", Obstacle(library[..40]), StringComparison.Ordinal);
        Assert.Contains("it is cut off", Obstacle(library[..4096]), StringComparison.Ordinal);
        Assert.Contains("it is cut off", Obstacle(library[..(library.Length / 2)]), StringComparison.Ordinal);
        Assert.Contains("it is cut off", Obstacle(library[..^1]), StringComparison.Ordinal);
        Assert.Contains("another processor (RISC-V", Obstacle(With(18, 0xF3)), StringComparison.Ordinal);
        Assert.Contains("64-bit", Obstacle(With(4, 1)), StringComparison.Ordinal);
        Assert.Contains("damaged", Obstacle(With(56, 0)), StringComparison.Ordinal);

        GpuSearch search = GpuBackends.Search(folder.Path, null);
        Assert.Equal(path, search.Backends.Single(outcome => outcome.Backend == _cuda12).Path);

        string Obstacle(byte[] bytes)
        {
            File.WriteAllBytes(path, bytes);
            string? obstacle = BackendNeeds.Obstacle(_cuda12, path);
            Assert.NotNull(obstacle);
            Assert.StartsWith(path, obstacle, StringComparison.Ordinal);
            Assert.EndsWith("Install-LlamaBackend Cuda12 -Force.", obstacle, StringComparison.Ordinal);
            return obstacle;
        }

        byte[] With(int at, byte value)
        {
            byte[] changed = [.. library];
            changed[at] = value;
            return changed;
        }
    }

    [LinuxFact]
    public void Random_damage_to_a_library_never_throws()
    {
        using TemporaryFolder folder = new();
        byte[] library = File.ReadAllBytes(NativeLibraryLoader.EnsureLoaded(null).Ggml);
        Random random = new(5);
        for (int run = 0; run < 300; run++)
        {
            byte[] changed = [.. library];
            for (int i = 0; i < 8; i++)
            {
                changed[random.Next(run % 2 == 0 ? 1024 : changed.Length)] = (byte)random.Next(256);
            }

            SharedLibrary read = SharedLibrary.Read(folder.Write("damaged.so", changed));
            Assert.True(read.Fault is null || read.Needs.Count == 0);
        }
    }

    [LinuxFact]
    public void A_library_says_what_it_needs()
    {
        NativeLibraryFiles files = NativeLibraryLoader.EnsureLoaded(null);
        Assert.Contains("libggml-base.so", SharedLibrary.Read(files.Ggml).Needs);
        Assert.Contains("libc.so.6", SharedLibrary.Read(files.GgmlBase).Needs);
        Assert.Contains("cannot be read", SharedLibrary.Read("/no/such/file").Fault, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void A_library_that_is_missing_is_named_with_where_it_comes_from()
    {
        // A library of ours in which the name of one that it needs is another's: the names stand in the file as they are.
        using TemporaryFolder folder = new();
        byte[] library = File.ReadAllBytes(NativeLibraryLoader.EnsureLoaded(null).Ggml);
        int at = library.AsSpan().IndexOf("libstdc++.so.6\0"u8);
        "libcudart.so.1"u8.CopyTo(library.AsSpan(at));
        string path = folder.Write(_cuda12.FileName, library);

        string? obstacle = BackendNeeds.Obstacle(_cuda12, path);
        Assert.StartsWith("Of the CUDA 12 runtime libcudart.so.1 is missing.", obstacle, StringComparison.Ordinal);
        Assert.Contains(folder.Path, obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_is_told_apart()
    {
        string cuda = BackendNeeds.Missing(
            _cuda12, [CudaDriver.FileName, "libcudart.so.12", "libcublas.so.12", "libodd.so.3"], "/backends/cuda12");
        Assert.Contains("There is no NVIDIA driver", cuda, StringComparison.Ordinal);
        Assert.Contains("libcudart.so.12 and libcublas.so.12 are missing", cuda, StringComparison.Ordinal);
        Assert.Contains("with its cublasLt into /backends/cuda12", cuda, StringComparison.Ordinal);
        Assert.Contains("libodd.so.3 is missing", cuda, StringComparison.Ordinal);
        string vulkan = BackendNeeds.Missing(GpuBackend.Named("Vulkan"), ["libvulkan.so.1"], "/backends/vulkan");
        Assert.Contains("libvulkan1", vulkan, StringComparison.Ordinal);
    }

    [Fact]
    public void A_driver_is_too_old_only_where_its_CUDA_is_older()
    {
        Assert.Null(CudaDriver.TooOld(null, 13));
        Assert.Null(CudaDriver.TooOld(13000, 13));
        Assert.Null(CudaDriver.TooOld(13010, 12));
        string? old = CudaDriver.TooOld(12040, 13);
        Assert.StartsWith("NVIDIA's driver is for CUDA 12.4, and this backend needs one for CUDA 13.", old, StringComparison.Ordinal);
        Assert.Contains("Cuda12", old, StringComparison.Ordinal);
        Assert.DoesNotContain("Cuda12", CudaDriver.TooOld(11080, 12), StringComparison.Ordinal);
    }
}

/// <summary>A test of the format of Linux's libraries, with llama.cpp's.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
        {
            Skip = "Libraries are ELF files on Linux alone.";
        }

        Skip ??= NodePackages.WithoutLlama;
    }
}
