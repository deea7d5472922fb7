using System.Runtime.InteropServices;

namespace PSLlmCluster.Worker.Llama.Native;

/// <summary>A device that ggml can compute on.</summary>
/// <param name="Pointer">The <c>ggml_backend_dev_t</c>; it lives as long as the process.</param>
/// <param name="Registry">What ggml calls the backend that brought it: CPU, CUDA, Vulkan, MTL.</param>
/// <param name="Name">A short name, CUDA0.</param>
/// <param name="Description">What it is, as its driver says.</param>
/// <param name="Type">What kind it is.</param>
internal sealed unsafe record NativeDevice(
    nint Pointer, string Registry, string Name, string Description, ggml_backend_dev_type Type)
{
    /// <summary>Gets a value indicating whether it is a GPU, with memory of its own or the machine's.</summary>
    public bool IsGpu => Type is ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_GPU or ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_IGPU;

    /// <summary>Returns all devices of the backends that are loaded.</summary>
    /// <returns>The devices, in ggml's order.</returns>
    public static IReadOnlyList<NativeDevice> All()
    {
        NativeDevice[] devices = new NativeDevice[(int)GgmlNative.ggml_backend_dev_count()];
        for (int i = 0; i < devices.Length; i++)
        {
            nint device = GgmlNative.ggml_backend_dev_get((nuint)i);
            devices[i] = new NativeDevice(
                device,
                Text(GgmlNative.ggml_backend_reg_name(GgmlNative.ggml_backend_dev_backend_reg(device))),
                Text(GgmlNative.ggml_backend_dev_name(device)),
                Text(GgmlNative.ggml_backend_dev_description(device)),
                GgmlNative.ggml_backend_dev_type(device));
        }

        return devices;
    }

    /// <summary>
    /// Returns the GPUs that a model may use: those with memory of their own, or where there is none the first that shares the machine's.
    /// It is llama.cpp's own choice (llama_model_load_from_file_impl of llama.cpp), which is made here so that their order is known.
    /// </summary>
    /// <returns>The GPUs, in ggml's order.</returns>
    public static IReadOnlyList<NativeDevice> Gpus()
    {
        IReadOnlyList<NativeDevice> all = All();
        NativeDevice[] own = [.. all.Where(device => device.Type == ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_GPU)];
        return own.Length > 0
            ? own
            : [.. all.Where(device => device.Type == ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_IGPU).Take(1)];
    }

    /// <summary>Asks for its memory; for a GPU the driver sets itself up for that.</summary>
    /// <returns>The bytes that are free and all; both 0 where its driver does not say.</returns>
    public GpuMemory Memory()
    {
        nuint free = 0, total = 0;
        GgmlNative.ggml_backend_dev_memory(Pointer, &free, &total);
        return new GpuMemory(ToString(), (long)free, (long)total);
    }

    /// <summary>Returns its name and what it is.</summary>
    /// <returns>One text, CUDA0 (NVIDIA H100).</returns>
    public override string ToString() => Description.Length == 0 || Description == Name ? Name : $"{Name} ({Description})";

    private static string Text(byte* text) => (Marshal.PtrToStringUTF8((nint)text) ?? string.Empty).Trim();
}
