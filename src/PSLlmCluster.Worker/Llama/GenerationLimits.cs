using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Generation;
using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Worker.Llama;

/// <summary>Which models can complete prompts, and how long these may be.</summary>
internal static class GenerationLimits
{
    /// <summary>The longest context where none is asked for.</summary>
    private const int DefaultContextLength = 8192;

    /// <summary>
    /// Refuses a model that completes nothing: encoders, which see a text from both sides, and pairs of encoder and decoder.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <exception cref="EngineException">It is one.</exception>
    public static void RequireGenerative(LlamaModel model)
    {
        bool isEncoder = model.HasEncoder
            || !LlamaNative.llama_model_has_decoder(model.Handle)
            || model.Architecture.Contains("bert", StringComparison.OrdinalIgnoreCase)
            || model.Architecture.Contains("embedding", StringComparison.OrdinalIgnoreCase)
            || LlamaNative.llama_vocab_type(model.Vocabulary) is llama_vocab_type.LLAMA_VOCAB_TYPE_NONE
                or llama_vocab_type.LLAMA_VOCAB_TYPE_WPM;
        if (isEncoder)
        {
            throw new EngineException(
                EngineErrorIds.ModelNotGenerative,
                FailureKind.NotSupported,
                $"{model.Path} ({model.Architecture}) is an encoder, which turns texts into vectors and writes none.",
                "Take a language model, best one that was trained for chats.");
        }
    }

    /// <summary>Returns the most tokens of a prompt and its completion together.</summary>
    /// <param name="model">The model.</param>
    /// <param name="asked">What is asked for, or null.</param>
    /// <returns>The number of tokens.</returns>
    /// <exception cref="EngineException">More is asked for than the model was trained with.</exception>
    public static int ContextFor(LlamaModel model, int? asked)
        => ModelLimits.WindowFor(model.Path, model.TrainedContextLength, asked, DefaultContextLength, hint: string.Empty);

    /// <summary>Makes the error of a prompt that is too long.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="mostTokens">The most tokens of its completion.</param>
    /// <param name="contextLength">The most tokens of both.</param>
    /// <returns>The error.</returns>
    public static EngineException TooLong(GenerationPrompt prompt, int mostTokens, int contextLength) => new(
        EngineErrorIds.PromptTooLong,
        FailureKind.InvalidData,
        $"Prompt {prompt.Index} has {prompt.Tokens.Length:N0} tokens and its completion up to {mostTokens:N0}, which is more than the "
            + $"{contextLength:N0} that both may have.",
        "Shorten the prompt, ask for fewer tokens, or give a larger ContextLength if the model has it.");

    /// <summary>Makes the error of a prompt for which all allowed texts are taken.</summary>
    /// <returns>The error.</returns>
    public static EngineException NothingLeft() => new(
        EngineErrorIds.GenerationNotPossible,
        FailureKind.InvalidArgument,
        "All texts that a completion may be are taken.",
        "Allow more texts.");
}
