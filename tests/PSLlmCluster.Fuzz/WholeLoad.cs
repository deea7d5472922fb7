using PSLlmCluster.Core;
using PSLlmCluster.Core.Encoding;
using PSLlmCluster.Core.Encoding.Bert;
using PSLlmCluster.Core.Encoding.Kernels;
using PSLlmCluster.Core.Encoding.Tokenizing;
using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Fuzz;

/// <summary>Loads an encoder as the managed engine does, tokenizer and network, and takes a text through it.</summary>
public static class WholeLoad
{
    private const int MostTokens = 16;

    // The tables of the four ways to normalise a text are made once in a process, whatever files come.
    static WholeLoad()
    {
        foreach (bool lowerCase in (bool[])[false, true])
        {
            foreach (bool stripsAccents in (bool[])[false, true])
            {
                _ = BertCharacters.Get(lowerCase, stripsAccents);
            }
        }
    }

    /// <summary>Loads a file.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="EngineException">The file is broken, or of a kind that goes to llama.cpp.</exception>
    public static void Of(Stream file)
    {
        using GgufModel open = GgufModel.Open(file, "fuzz.gguf");
        EncoderModel model = EncoderModel.Read(open, EncoderKernels.Widest, default, default);
        TokenList tokens = new();
        model.Tokenizer.Tokenize("a naïve text [CLS] 42 ½", tokens, default);
        int[] all = [.. model.Tokenizer.Before, .. tokens.Tokens, .. model.Tokenizer.After];
        int[] window = all[..Math.Min(all.Length, Math.Min(MostTokens, model.Weights.Shape.ContextLength))];
        if (window.Length == 0)
        {
            return;
        }

        WindowBlock block = new(window.Length);
        block.Add(window);
        BertBuffers buffers = new(model.Weights.Shape, window.Length, window.Length, model.Weights.ScratchLength);
        BertNetwork.Run(model.Kernels, model.Weights, block, buffers, () => false);
        _ = WindowPooling.Sum(buffers.Hidden, model.Width, block, 0, PoolingType.Mean);
    }
}
