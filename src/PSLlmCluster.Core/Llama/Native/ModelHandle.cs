using System.Runtime.InteropServices;

namespace PSLlmCluster.Core.Llama.Native;

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
    private readonly bool _holdsModel;

    /// <summary>Initializes a new instance of the <see cref="ContextHandle"/> class.</summary>
    /// <param name="context">What <c>llama_init_from_model</c> returned; null for none.</param>
    /// <param name="model">The model it was made from.</param>
    public ContextHandle(nint context, ModelHandle model)
        : base(0, ownsHandle: true)
    {
        _model = model;
        SetHandle(context);
        if (context != 0)
        {
            model.DangerousAddRef(ref _holdsModel);
        }
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LlamaNative.llama_free(handle);
        if (_holdsModel)
        {
            _model.DangerousRelease();
        }

        return true;
    }
}
