using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Encoding.Tokenizing;

namespace PSLlmCluster.Core.Encoding;

/// <summary>
/// Turns texts into vectors with an encoder: each text is cut in tokens and windows on the caller's thread, a team of workers takes the
/// windows through the network, and outcomes leave in the order of the texts, as soon as all windows of a text and of those before it are
/// done.
/// </summary>
internal sealed class EncoderEmbedder : ITextEmbedder
{
    private readonly EncoderTokenizer _tokenizer;
    private readonly EmbeddingOptions _options;
    private readonly CancellationToken _token;
    private readonly TextWindows _textWindows;
    private readonly EncoderTeam _team;
    private readonly TokenList _content = new();
    private readonly TextQueue _texts;
    private readonly Queue<TokenWindow> _windows = [];

    /// <summary>Initializes a new instance of the <see cref="EncoderEmbedder"/> class.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How texts become vectors.</param>
    /// <param name="token">The token to monitor for cancellation, before each layer of the network.</param>
    /// <exception cref="EngineException">The options do not suit the model, or memory is short.</exception>
    public EncoderEmbedder(EncoderModel model, EmbeddingOptions options, CancellationToken token)
    {
        options.Validate();
        if (TextPrompt.Of(options.Prompt) is not null)
        {
            throw TextPrompt.NotForEncoder(model.Path);
        }

        _tokenizer = model.Tokenizer;
        _options = options;
        _token = token;
        Width = model.Width;
        _texts = new TextQueue(Width, options.Normalize);
        WindowLength = ModelLimits.WindowFor(model.Path, model.Weights.Shape.ContextLength, options.ContextLength);
        _textWindows = new TextWindows(
            new WindowFrame(_tokenizer.Before, null, _tokenizer.After, IsPrompt: false), WindowLength, options.LongText);
        PoolingType pooling = ModelLimits.PoolingFor(model.Path, model.Weights.Shape.Pooling, options.Pooling);
        int threads = options.ThreadCount ?? Environment.ProcessorCount;
        EncoderMemory.Require(
            EncoderTeam.ByteCount(model.Weights, WindowLength, threads),
            $"{threads} threads that embed texts",
            "Use fewer threads (-ThreadCount) or a shorter window (-ContextLength).");
        _team = new EncoderTeam(model.Kernels, model.Weights, model.Buffers, pooling, WindowLength, threads, token);
    }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public int WindowLength { get; }

    /// <inheritdoc/>
    public bool HasRoom => _team.HasRoom;

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> Add(int index, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _content.Clear();
        try
        {
            _tokenizer.Tokenize(_options.Prefix.Length == 0 ? text : _options.Prefix + text, _content, _token);
        }
        catch (EngineException failure)
        {
            _texts.AddFailed(index, failure);
            return TakeReady();
        }

        (PooledText pooled, int windowCount) = _textWindows.Start(index, Width, _content.Count);
        _texts.Add(pooled);
        for (int i = 0; i < windowCount; i++)
        {
            TokenWindow window = new(pooled, _textWindows.Tokens(_content.Tokens, i));
            _windows.Enqueue(window);
            _team.Add(window);
        }

        return TakeReady();
    }

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> TakeReady()
    {
        while (_windows.Count > 0 && _team.IsDone(_windows.Peek()))
        {
            TokenWindow window = _windows.Dequeue();
            window.Text.Add(window.Sum);
            window.Text.EndWindow(window.Tokens.Length, window.Tokens.Length);
        }

        return _texts.TakeReady();
    }

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> TakeNext()
    {
        IReadOnlyList<EmbeddingOutcome> ready = TakeReady();
        while (ready.Count == 0 && _windows.TryPeek(out TokenWindow? first))
        {
            _team.WaitFor(first);
            ready = TakeReady();
        }

        return ready;
    }

    /// <inheritdoc/>
    public void Dispose() => _team.Dispose();
}
