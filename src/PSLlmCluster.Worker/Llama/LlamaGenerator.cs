using PSLlmCluster.Core.Generation;
using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// Completes prompts through llama.cpp, greedily: prompts wait for a slot of a <see cref="GenerationContext"/>, each step gives every slot
/// a token, and a slot whose completion has ended takes the next prompt.
/// </summary>
public sealed class LlamaGenerator : ITextGenerator
{
    // llama.cpp makes a slot's memory a multiple of this, and computes as much of it.
    private const int LengthStep = 256;

    private readonly GenerationOptions _options;
    private readonly Action<string>? _log;
    private readonly Action? _polled;
    private readonly CancellationToken _token;
    private readonly LlamaModel _model;
    private readonly GenerationVocabulary _vocabulary;
    private readonly PromptTokenizer _tokenizer;
    private readonly TokenRanking _ranking;
    private readonly TakenTexts _taken;
    private readonly float[] _logits;
    private readonly int[] _shared;
    private GenerationContext? _context;
    private bool _isDisposed;

    /// <summary>Initializes a new instance of the <see cref="LlamaGenerator"/> class.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How prompts are completed.</param>
    /// <param name="log">Receives llama.cpp's log; called on the thread that uses the generator.</param>
    /// <param name="polled">Called whenever a computation looks whether it is to stop; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">The options make no sense or do not suit the model.</exception>
    internal LlamaGenerator(LlamaModel model, GenerationOptions options, Action<string>? log, Action? polled, CancellationToken token)
    {
        options.Validate();
        _model = model;
        _options = options;
        _log = log;
        _polled = polled;
        _token = token;
        _taken = new TakenTexts(options.TakenTexts);
        model.Hold();
        try
        {
            GenerationLimits.RequireGenerative(model);
            ContextLength = GenerationLimits.ContextFor(model, options.ContextLength);
            _vocabulary = new GenerationVocabulary(model.Vocabulary);
            _tokenizer = new PromptTokenizer(
                new TextTokenizer(model, log),
                _vocabulary,
                ChatTemplate.Parts(model, options, _vocabulary.HasThinking),
                options);
            _ranking = new TokenRanking(_vocabulary);
            _logits = new float[_vocabulary.TokenCount];
            _shared = _tokenizer.Shared(token);
            NewGrammar(_taken)?.Dispose();
        }
        catch
        {
            model.LetGo();
            throw;
        }
    }

    /// <inheritdoc/>
    public int ContextLength { get; }

    /// <inheritdoc/>
    public IReadOnlyList<GenerationOutcome> Complete(IReadOnlyList<string> prompts, IProgress<GenerationOutcome>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        GenerationQueue queue = new(prompts.Count, _options.AreDistinct, _taken, progress);
        for (int i = 0; i < prompts.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(prompts[i]);
            _token.ThrowIfCancellationRequested();
            Tokenize(i, prompts[i], queue);
        }

        if (queue.LongestPrompt > 0)
        {
            GenerationContext context = ContextFor(Math.Max(queue.LongestPrompt + _options.MostTokens, _shared.Length));
            Run(context, queue);
        }

        return queue.Outcomes;
    }

    /// <summary>Frees the memory of the computation, and the model if it was released meanwhile.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _context?.Dispose();
            _model.LetGo();
        }
    }

    private void Tokenize(int index, string text, GenerationQueue queue)
    {
        GenerationPrompt prompt = new(index, [], 0);
        try
        {
            int[] tokens = _tokenizer.Tokens(text, _token);
            int shared = tokens.AsSpan().CommonPrefixLength(_shared);
            prompt = new GenerationPrompt(index, tokens, Math.Min(shared, tokens.Length - 1));
        }
        catch (EngineException failure)
        {
            queue.Finish(prompt.Failed(failure));
            return;
        }

        if (prompt.Tokens.Length == 0)
        {
            queue.Finish(prompt.Failed(EngineErrorIds.TextHasNoTokens, FailureKind.InvalidData, "the model makes nothing of it"));
        }
        else if (prompt.Tokens.Length + (long)_options.MostTokens > ContextLength)
        {
            queue.Finish(prompt.Failed(GenerationLimits.TooLong(prompt, _options.MostTokens, ContextLength)));
        }
        else
        {
            queue.Add(prompt);
        }
    }

    private void Run(GenerationContext context, GenerationQueue queue)
    {
        GeneratedSequence?[] slots = new GeneratedSequence?[GenerationContext.SlotCount];
        int[] tokens = new int[GenerationContext.SlotCount];
        try
        {
            for (int slot = 0; slot < slots.Length; slot++)
            {
                // Where a receiver of progress threw, the last run left prompts in their slots.
                context.End(slot);
            }

            string? words = context.IsShared ? null : context.Share(_shared);
            while (words is null)
            {
                bool isBusy = false;
                for (int slot = 0; slot < slots.Length; slot++)
                {
                    while (slots[slot] is null && queue.TryTake(out GenerationPrompt? prompt))
                    {
                        slots[slot] = Start(context, slot, prompt, queue);
                    }

                    tokens[slot] = slots[slot]?.LastToken ?? _shared.FirstOrDefault();
                    isBusy |= slots[slot] is not null;
                }

                if (!isBusy)
                {
                    return;
                }

                words = context.Step(tokens);
                for (int slot = 0; slot < slots.Length; slot++)
                {
                    if (slots[slot] is { } sequence)
                    {
                        slots[slot] = Advance(context, slot, sequence, words ?? context.Logits(slot, _logits), queue);
                    }
                }
            }

            queue.FailAll(words);
        }
        finally
        {
            foreach (GeneratedSequence? sequence in slots)
            {
                sequence?.Dispose();
            }
        }
    }

    private GeneratedSequence? Start(GenerationContext context, int slot, GenerationPrompt prompt, GenerationQueue queue)
    {
        GeneratedSequence sequence;
        try
        {
            // What is taken meanwhile is looked at in the end: a grammar cannot be changed on the way.
            TakenTexts taken = new(_taken.Texts);
            sequence = new GeneratedSequence(prompt, _options, _vocabulary, NewGrammar(taken), taken);
        }
        catch (EngineException failure)
        {
            queue.Finish(prompt.Failed(failure));
            return null;
        }

        string? words = context.Start(slot, prompt.Tokens, prompt.SharedLength, _logits);
        return Advance(context, slot, sequence, words, queue);
    }

    private GeneratedSequence? Advance(
        GenerationContext context, int slot, GeneratedSequence sequence, string? words, GenerationQueue queue)
    {
        if (words is null)
        {
            sequence.Advance(_logits, _ranking);
        }
        else
        {
            sequence.Fail(words);
        }

        if (sequence is { Outcome: null, Again: null })
        {
            return sequence;
        }

        sequence.Dispose();
        context.End(slot);
        if (sequence.Outcome is { } outcome)
        {
            queue.Finish(outcome);
        }
        else
        {
            queue.PutBack(sequence.Again!);
        }

        return null;
    }

    private GrammarSampler? NewGrammar(TakenTexts taken)
    {
        if (_options.AllowedTexts.Count == 0)
        {
            return _options.Grammar is null ? null : new GrammarSampler(_model.Vocabulary, _options.Grammar, _log);
        }

        string[] texts = [.. _options.AllowedTexts.Where(text => !taken.Contains(text))];
        return texts.Length > 0
            ? new GrammarSampler(_model.Vocabulary, AllowedTextGrammar.Of(texts), _log)
            : throw GenerationLimits.NothingLeft();
    }

    private GenerationContext ContextFor(int length)
    {
        int rounded = WindowBatch.RoundUp(length, LengthStep);
        if (_context is null || _context.Length < rounded)
        {
            _context?.Dispose();
            _context = null;
            int threads = _options.ThreadCount ?? ContextPlan.ThreadsOfOneContext;
            (_, _context) = LlamaEmbedder.WhereItFits(
                _model,
                model => new GenerationContext(model, rounded, threads, _log, new NativeSignal(_token, _polled), _token),
                _log,
                _token);
        }

        return _context;
    }
}
