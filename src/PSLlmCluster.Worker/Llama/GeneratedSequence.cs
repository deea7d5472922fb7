using PSLlmCluster.Core.Generation;

namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// One completion in the making. It takes the most likely token that the grammar allows and that does not end it with a taken text. Where
/// there is none, its last token was a wrong one, and it begins again without it.
/// </summary>
internal sealed class GeneratedSequence : IDisposable
{
    private readonly GenerationOptions _options;
    private readonly GenerationVocabulary _vocabulary;
    private readonly GrammarSampler? _grammar;
    private readonly TakenTexts _taken;
    private readonly CompletionText _text;
    private readonly List<int> _tokens = [];

    /// <summary>Initializes a new instance of the <see cref="GeneratedSequence"/> class.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="options">How prompts are completed.</param>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="grammar">The grammar, at its beginning; null for none. This disposes it.</param>
    /// <param name="taken">Texts that it may not be.</param>
    public GeneratedSequence(
        GenerationPrompt prompt, GenerationOptions options, GenerationVocabulary vocabulary, GrammarSampler? grammar, TakenTexts taken)
    {
        Prompt = prompt;
        _options = options;
        _vocabulary = vocabulary;
        _grammar = grammar;
        _taken = taken;
        _text = new CompletionText(options);
    }

    /// <summary>Gets the prompt.</summary>
    public GenerationPrompt Prompt { get; }

    /// <summary>Gets the token that was taken last; there is one where it goes on.</summary>
    public int LastToken => _tokens[^1];

    /// <summary>Gets what became of it; null while it goes on, and where it is to begin again.</summary>
    public GenerationOutcome? Outcome { get; private set; }

    /// <summary>
    /// Gets the prompt to begin again with, because what is written so far may not end and may not go on; otherwise null.
    /// </summary>
    public GenerationPrompt? Again { get; private set; }

    /// <summary>Takes the next token.</summary>
    /// <param name="logits">The logits of what comes next.</param>
    /// <param name="ranking">Sorts them.</param>
    public void Advance(ReadOnlySpan<float> logits, TokenRanking ranking)
    {
        int best = ranking.Best(logits);
        if (best < 0)
        {
            Outcome = Prompt.Failed(EngineErrorIds.GenerationFailed, FailureKind.Internal, "the model's numbers are not finite");
            return;
        }

        if (TryTakeOneOf([best], best)
            || TryTakeOneOf(ranking.Sorted(logits, all: false), best)
            || TryTakeOneOf(ranking.Sorted(logits, all: true), best))
        {
            return;
        }

        Again = Prompt.WithDeadEnd([.. _tokens]);
        Outcome = Again is not null ? null : Prompt.Failed(
            EngineErrorIds.GenerationNotPossible, FailureKind.InvalidData, "the grammar leaves no text that is not taken");
    }

    /// <summary>Ends it without a text.</summary>
    /// <param name="words">What llama.cpp said.</param>
    public void Fail(string words)
        => Outcome = Prompt.Failed(EngineErrorIds.GenerationFailed, FailureKind.Internal, "llama.cpp could not compute it: " + words);

    /// <inheritdoc/>
    public void Dispose() => _grammar?.Dispose();

    private bool TryTakeOneOf(ReadOnlySpan<int> tokens, int best)
    {
        bool[]? allowed = null;
        if (_grammar is not null)
        {
            allowed = new bool[tokens.Length];
            _grammar.Allow(tokens, allowed);
        }

        for (int i = 0; i < tokens.Length; i++)
        {
            if ((allowed is null || allowed[i]) && TryTake(tokens[i], best))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryTake(int token, int best)
    {
        if (Prompt.IsDeadEnd(_tokens, token))
        {
            return false;
        }

        ReadOnlySpan<byte> piece = _vocabulary.Piece(token);
        bool isEnd = _vocabulary.IsEnd(token);
        int tokenCount = _tokens.Count + (isEnd ? 0 : 1);
        string? text = isEnd ? null : _text.StoppedText(piece);
        GenerationEnding ending = GenerationEnding.StopString;
        if (text is null && (isEnd || tokenCount == _options.MostTokens))
        {
            text = _text.EndedText(piece);
            ending = !isEnd ? GenerationEnding.MostTokens : token == best ? GenerationEnding.EndOfText : GenerationEnding.GrammarDone;
        }

        if (text is not null)
        {
            if (_taken.Contains(text))
            {
                return false;
            }

            Outcome = new GenerationOutcome(Prompt.Index, text, tokenCount, Prompt.Tokens.Length, ending, Failure: null);
            return true;
        }

        _grammar?.Accept(token);
        _text.Append(piece);
        _tokens.Add(token);
        return true;
    }
}
