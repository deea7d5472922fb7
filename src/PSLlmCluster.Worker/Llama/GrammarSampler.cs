using PSLlmCluster.Core.Generation;
using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// Which tokens a grammar allows next: <c>llama_sampler_init_grammar</c> of llama.h, asked about a few tokens at a time, since asking about
/// a whole vocabulary takes tens of milliseconds. Only a token that it allows may be accepted; another would end the process.
/// </summary>
internal sealed unsafe class GrammarSampler : IDisposable
{
    private readonly SamplerHandle _handle;
    private llama_token_data[] _candidates = new llama_token_data[64];

    /// <summary>Initializes a new instance of the <see cref="GrammarSampler"/> class.</summary>
    /// <param name="vocabulary">The native vocabulary; the caller keeps its model alive.</param>
    /// <param name="grammar">The grammar, which is known to be sound.</param>
    /// <param name="log">Receives llama.cpp's log.</param>
    /// <exception cref="EngineException">llama.cpp cannot use the grammar.</exception>
    public GrammarSampler(nint vocabulary, string grammar, Action<string>? log)
    {
        using NativeLogBuffer buffer = NativeLog.Collect(log);
        _handle = new SamplerHandle(LlamaNative.llama_sampler_init_grammar(vocabulary, grammar, "root"));
        if (_handle.IsInvalid)
        {
            throw GrammarError.Because("llama.cpp says: " + buffer.LastErrors());
        }
    }

    /// <summary>Says which of some tokens may come next.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="allowed">Receives whether each may.</param>
    public void Allow(ReadOnlySpan<int> tokens, Span<bool> allowed)
    {
        if (_candidates.Length < tokens.Length)
        {
            _candidates = new llama_token_data[tokens.Length];
        }

        for (int i = 0; i < tokens.Length; i++)
        {
            _candidates[i] = new llama_token_data { id = tokens[i] };
        }

        fixed (llama_token_data* data = _candidates)
        {
            llama_token_data_array array = new() { data = data, size = (nuint)tokens.Length, selected = -1 };
            LlamaNative.llama_sampler_apply(_handle, &array);
        }

        for (int i = 0; i < tokens.Length; i++)
        {
            allowed[i] = !float.IsNegativeInfinity(_candidates[i].logit);
        }
    }

    /// <summary>Goes on by a token that may come next and does not end the text.</summary>
    /// <param name="token">The token.</param>
    public void Accept(int token) => LlamaNative.llama_sampler_accept(_handle, token);

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
