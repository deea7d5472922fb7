namespace PSLlmCluster;

/// <summary>The kinds of device that llama.cpp computes on.</summary>
public enum LlamaDeviceType
{
    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>A GPU with memory of its own.</summary>
    Gpu,

    /// <summary>A GPU that shares the machine's memory.</summary>
    IntegratedGpu,

    /// <summary>Something that helps the processor, such as a library for matrices.</summary>
    Accelerator,
}
