using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Embedding;

/// <summary>What a model's file and the options come to together, for every engine alike.</summary>
internal static class ModelLimits
{
    /// <summary>The window where none is asked for is the model's own, but at most this, as in the reference.</summary>
    public const int DefaultWindowLength = 512;

    /// <summary>Returns how the tokens' vectors become one.</summary>
    /// <param name="path">The model's file.</param>
    /// <param name="own">What the file says.</param>
    /// <param name="asked">What is asked for.</param>
    /// <returns>Mean, Cls or Last.</returns>
    /// <exception cref="EngineException">The file says something else, and is asked.</exception>
    public static PoolingType PoolingFor(string path, GgufPooling own, PoolingType asked) => asked != PoolingType.Model ? asked : own switch
    {
        GgufPooling.Cls => PoolingType.Cls,
        GgufPooling.Last => PoolingType.Last,
        GgufPooling.Rank => throw new EngineException(
            EngineErrorIds.ModelPoolingUnsupported,
            FailureKind.NotSupported,
            $"{path} asks for a rank, not a vector: it is made to compare two texts.",
            "Use -Pooling Mean, Cls or Last, or take an embedding model."),
        _ => PoolingType.Mean,
    };

    /// <summary>Returns the most tokens of a window.</summary>
    /// <param name="path">The model's file.</param>
    /// <param name="trained">The longest that the model was trained with; 0 or less where that is not known.</param>
    /// <param name="asked">What is asked for, or null.</param>
    /// <param name="usual">The most where nothing is asked for.</param>
    /// <param name="hint">What follows the advice to leave it out.</param>
    /// <returns>The number of tokens.</returns>
    /// <exception cref="EngineException">More is asked for than the model was trained with.</exception>
    public static int WindowFor(
        string path, int trained, int? asked, int usual = DefaultWindowLength, string hint = "; longer texts are cut in windows")
    {
        int own = trained > 0 ? trained : int.MaxValue;
        return asked is null || asked <= own
            ? asked ?? Math.Min(own, usual)
            : throw new EngineException(
                EngineErrorIds.ContextTooLong,
                FailureKind.InvalidArgument,
                $"A context length of {asked} tokens is more than the {own} that {path} was trained with.",
                $"Give at most {own}, or leave it out{hint}.");
    }
}
