using System.Diagnostics.CodeAnalysis;
using PSLlmCluster.Core.Generation;

namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// The prompts that wait and the outcomes that are there. Outcomes become final in the order of the prompts. Where they have to be
/// distinct, one that an earlier prompt's equals is computed again, with all earlier ones taken: a completion that does not end with a
/// taken text is the same whether the text is taken or not, so the result is that of one prompt after the other.
/// </summary>
/// <param name="count">The number of prompts.</param>
/// <param name="areDistinct">Whether outcomes have to be distinct.</param>
/// <param name="taken">Receives the final texts where they have to be distinct.</param>
/// <param name="progress">Receives the final outcomes; may be null.</param>
internal sealed class GenerationQueue(int count, bool areDistinct, TakenTexts taken, IProgress<GenerationOutcome>? progress)
{
    private readonly GenerationOutcome?[] _outcomes = new GenerationOutcome?[count];
    private readonly GenerationPrompt?[] _prompts = new GenerationPrompt?[count];
    private readonly LinkedList<GenerationPrompt> _waiting = [];
    private int _finalCount;

    /// <summary>Gets the tokens of the longest prompt; 0 where there is none to complete.</summary>
    public int LongestPrompt { get; private set; }

    /// <summary>Gets the outcomes, once all are final.</summary>
    public IReadOnlyList<GenerationOutcome> Outcomes => [.. _outcomes.OfType<GenerationOutcome>()];

    /// <summary>Adds a prompt.</summary>
    /// <param name="prompt">The prompt.</param>
    public void Add(GenerationPrompt prompt)
    {
        _waiting.AddLast(prompt);
        _prompts[prompt.Index] = prompt;
        LongestPrompt = Math.Max(LongestPrompt, prompt.Tokens.Length);
    }

    /// <summary>Takes the prompt that is next.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryTake([NotNullWhen(true)] out GenerationPrompt? prompt)
    {
        prompt = _waiting.First?.Value;
        if (prompt is null)
        {
            return false;
        }

        _waiting.RemoveFirst();
        return true;
    }

    /// <summary>Takes back a prompt, which is then next.</summary>
    /// <param name="prompt">The prompt.</param>
    public void PutBack(GenerationPrompt prompt) => _waiting.AddFirst(prompt);

    /// <summary>Takes an outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    public void Finish(GenerationOutcome outcome)
    {
        _outcomes[outcome.Index] = outcome;
        while (_finalCount < count && _outcomes[_finalCount] is { } next)
        {
            if (areDistinct && next.Text is { } text)
            {
                if (taken.Contains(text))
                {
                    _outcomes[_finalCount] = null;
                    PutBack(_prompts[_finalCount]!);
                    return;
                }

                taken.Add(text);
            }

            _finalCount++;
            progress?.Report(next);
        }
    }

    /// <summary>Fails all prompts that have no outcome.</summary>
    /// <param name="words">What llama.cpp said.</param>
    public void FailAll(string words)
    {
        _waiting.Clear();
        foreach (GenerationPrompt prompt in _prompts.OfType<GenerationPrompt>())
        {
            if (_outcomes[prompt.Index] is null)
            {
                Finish(prompt.Failed(
                    EngineErrorIds.GenerationFailed, FailureKind.Internal, "llama.cpp could not compute it: " + words));
            }
        }
    }
}
