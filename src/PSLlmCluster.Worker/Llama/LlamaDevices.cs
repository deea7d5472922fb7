using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Worker.Llama;

/// <summary>Lists what llama.cpp can compute on, and why it cannot on the rest.</summary>
public static class LlamaDevices
{
    /// <summary>
    /// Lists the devices of all backends that are loaded, which loads the GPU backends as a model would, and then the backends of this
    /// platform that bring none.
    /// </summary>
    /// <param name="log">Receives llama.cpp's log; called on the calling thread.</param>
    /// <returns>The devices, the processor first, then the GPUs in llama.cpp's order, then the backends that cannot be used.</returns>
    /// <exception cref="EngineException">llama.cpp's libraries are missing, or do not fit.</exception>
    public static IReadOnlyList<LlamaDevice> List(Action<string>? log = null)
    {
        GpuSearch search = GpuBackends.Find(NativeLibraryLoader.EnsureLoaded(log), log);
        using NativeLogBuffer buffer = NativeLog.Collect(log);
        return [
            .. NativeDevice.All().OrderBy(device => device.IsGpu).Select(device => Describe(device, search)),
            .. search.Backends.Where(outcome => outcome.Obstacle is not null).Select(
                outcome => new LlamaDevice
                {
                    Backend = outcome.Backend.Name,
                    IsUsable = false,
                    Reason = outcome.Obstacle,
                    Library = outcome.Path,
                }),
        ];
    }

    private static LlamaDevice Describe(NativeDevice device, GpuSearch search)
    {
        (_, long free, long total) = device.Memory();
        int index = search.Gpus.ToList().FindIndex(gpu => gpu.Pointer == device.Pointer);
        BackendOutcome? backend = index >= 0 ? search.Backends.FirstOrDefault(outcome => outcome.Obstacle is null) : null;

        // Elsewhere than on Windows ggml calls all of the processor's memory free.
        bool saysFree = total > 0 && (device.Type != ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_CPU || free != total);
        return new LlamaDevice
        {
            Backend = backend?.Backend.Name ?? NameOf(device.Registry),
            Name = device.Name,
            Description = device.Description.Length > 0 ? device.Description : null,
            Type = device.Type switch
            {
                ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_CPU => LlamaDeviceType.Cpu,
                ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_GPU => LlamaDeviceType.Gpu,
                ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_IGPU => LlamaDeviceType.IntegratedGpu,
                _ => LlamaDeviceType.Accelerator,
            },
            GpuIndex = index >= 0 ? index : null,
            TotalMemory = total > 0 ? total : null,
            FreeMemory = saysFree ? free : null,
            IsUsable = !device.IsGpu || index >= 0,
            Reason = !device.IsGpu || index >= 0 ? null : "A GPU with memory of its own is used instead.",
            Library = backend?.Path,
        };
    }

    private static string NameOf(string registry) => registry switch
    {
        "CPU" => "Cpu",
        "MTL" or "Metal" => "Metal",
        _ => registry,
    };
}
