using LLama;
using LLama.Abstractions;
using LLama.Native;

namespace LlamaSharpEmbedding;

/// <summary>
/// Embeds several texts in one call, each a sequence of its own. LLamaEmbedder takes one text a call, so that this is what the library's
/// lower level allows a user who writes the batches.
/// </summary>
internal sealed class BatchedTexts : IDisposable
{
    /// <summary>The most sequences that this build of llama.cpp takes in a call.</summary>
    public const uint MostTexts = 256;

    private readonly LLamaContext _context;
    private readonly LLamaBatch _batch = new();
    private readonly int _room;
    private readonly int _mostTexts;
    private readonly List<float[]> _vectors = [];
    private int _waiting;

    /// <summary>Initializes a new instance of the <see cref="BatchedTexts"/> class.</summary>
    /// <param name="weights">The model.</param>
    /// <param name="parameters">Settings, of which the batch size is the most tokens of a call, and SeqMax the most texts.</param>
    public BatchedTexts(LLamaWeights weights, IContextParams parameters)
    {
        _context = weights.CreateContext(parameters);
        _context.NativeHandle.SetEmbeddings(true);
        _room = (int)parameters.BatchSize;
        _mostTexts = (int)parameters.SeqMax;
    }

    /// <summary>Embeds texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <returns>Their vectors in the same order.</returns>
    public IReadOnlyList<float[]> Embed(string[] texts)
    {
        _vectors.Clear();
        foreach (string text in texts)
        {
            LLamaToken[] tokens = _context.Tokenize(text, special: true);
            if (_waiting == _mostTexts || _batch.TokenCount + tokens.Length > _room)
            {
                Run();
            }

            for (int i = 0; i < tokens.Length; i++)
            {
                _batch.Add(tokens[i], i, (LLamaSeqId)_waiting, logits: true);
            }

            _waiting++;
        }

        Run();
        return _vectors;
    }

    /// <inheritdoc />
    public void Dispose() => _context.Dispose();

    private void Run()
    {
        EncodeResult result = _context.Encode(_batch);
        if (result != EncodeResult.Ok)
        {
            throw new InvalidOperationException($"LLamaSharp could not embed a batch: {result}");
        }

        for (int i = 0; i < _waiting; i++)
        {
            _vectors.Add(_context.NativeHandle.GetEmbeddingsSeq((LLamaSeqId)i).ToArray());
        }

        _batch.Clear();
        _waiting = 0;
    }
}
