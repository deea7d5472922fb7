using System.Runtime.InteropServices;

namespace PSLlmCluster.Worker.Llama.Native;

/// <summary>Owns a <c>llama_model</c>.</summary>
internal sealed class ModelHandle : SafeHandle
{
    /// <summary>Initializes a new instance of the <see cref="ModelHandle"/> class.</summary>
    /// <param name="model">What <c>llama_model_load_from_file</c> returned; null for none.</param>
    public ModelHandle(nint model)
        : base(0, ownsHandle: true) => SetHandle(model);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LlamaNative.llama_model_free(handle);
        return true;
    }
}

/// <summary>Owns a <c>llama_context</c>, and keeps the model that it was made from alive.</summary>
internal sealed class ContextHandle : SafeHandle
{
    private readonly ModelHandle _model;

    private ContextHandle(nint context, ModelHandle model)
        : base(0, ownsHandle: true)
    {
        _model = model;
        SetHandle(context);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Makes a context. The model is held before it is, since another thread may release the model meanwhile.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parameters">How the context computes.</param>
    /// <returns>The handle, which is invalid where llama.cpp makes none, and then holds nothing.</returns>
    /// <exception cref="ObjectDisposedException">The model was released.</exception>
    public static ContextHandle Create(ModelHandle model, llama_context_params parameters)
    {
        bool holdsModel = false;
        model.DangerousAddRef(ref holdsModel);
        nint context = 0;
        try
        {
            context = LlamaNative.llama_init_from_model(model, parameters);
        }
        finally
        {
            if (context == 0)
            {
                model.DangerousRelease();
            }
        }

        return new ContextHandle(context, model);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LlamaNative.llama_free(handle);
        _model.DangerousRelease();
        return true;
    }
}

/// <summary>Owns a <c>llama_sampler</c> that needs nothing but the vocabulary of a model that others keep alive.</summary>
internal sealed class SamplerHandle : SafeHandle
{
    /// <summary>Initializes a new instance of the <see cref="SamplerHandle"/> class.</summary>
    /// <param name="sampler">What llama.cpp returned; null for none.</param>
    public SamplerHandle(nint sampler)
        : base(0, ownsHandle: true) => SetHandle(sampler);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LlamaNative.llama_sampler_free(handle);
        return true;
    }
}
