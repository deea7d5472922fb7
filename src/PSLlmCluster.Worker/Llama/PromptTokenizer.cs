using System.Text;
using PSLlmCluster.Core.Generation;

namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// Turns prompts into tokens. Special tokens stand where the template has them, and nowhere else: a prompt is cut at the template's special
/// tokens, and what is between them, texts and words of the template together, is tokenised as letters. So a harmless text gives the very
/// tokens that the whole prompt gives where special tokens are looked for everywhere.
/// </summary>
internal sealed class PromptTokenizer
{
    private readonly TextTokenizer _tokenizer;
    private readonly LetterTokenizer _letters;
    private readonly List<(PromptPart Part, string Text, int Token)> _pieces = [];
    private readonly string _system;
    private readonly string _prefix;
    private readonly string _answer;

    /// <summary>Initializes a new instance of the <see cref="PromptTokenizer"/> class.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="vocabulary">Its vocabulary.</param>
    /// <param name="parts">The parts of a prompt.</param>
    /// <param name="options">How prompts are completed.</param>
    public PromptTokenizer(
        TextTokenizer tokenizer,
        GenerationVocabulary vocabulary,
        IReadOnlyList<(PromptPart Part, string Text)> parts,
        GenerationOptions options)
    {
        _tokenizer = tokenizer;
        _letters = new LetterTokenizer(tokenizer, vocabulary);
        _system = options.System;
        _prefix = options.Prefix;
        _answer = options.AnswerStart;
        foreach ((PromptPart part, string text) in parts)
        {
            if (part == PromptPart.Template)
            {
                AddTemplate(text, vocabulary.SpecialTokens);
            }
            else
            {
                _pieces.Add((part, string.Empty, -1));
            }
        }
    }

    /// <summary>Returns the tokens of the beginning that all prompts have.</summary>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The tokens; the last ones may differ in a prompt, whose text may make one token with what is before it.</returns>
    /// <exception cref="EngineException">A text cannot be tokenised.</exception>
    public int[] Shared(CancellationToken token) => Tokens(string.Empty, untilText: true, token);

    /// <summary>Returns the tokens of a prompt.</summary>
    /// <param name="text">The part that is its own.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The tokens.</returns>
    /// <exception cref="EngineException">A text cannot be tokenised.</exception>
    public int[] Tokens(string text, CancellationToken token) => Tokens(text, untilText: false, token);

    private int[] Tokens(string text, bool untilText, CancellationToken token)
    {
        List<int> tokens = [.. _tokenizer.Before];
        StringBuilder letters = new();
        foreach ((PromptPart part, string piece, int special) in _pieces)
        {
            if (special >= 0)
            {
                Flush();

                // Some templates begin with the token that the tokenizer adds by itself.
                if (tokens.Count != 1 || tokens[0] != special || _tokenizer.Before.Length != 1)
                {
                    tokens.Add(special);
                }

                continue;
            }

            letters.Append(part switch
            {
                PromptPart.System => _system,
                PromptPart.User => _prefix,
                PromptPart.Answer => _answer,
                _ => piece,
            });
            if (part == PromptPart.User && untilText)
            {
                break;
            }

            letters.Append(part == PromptPart.User ? text : string.Empty);
        }

        Flush();
        return [.. tokens];

        void Flush()
        {
            if (letters.Length > 0)
            {
                tokens.AddRange(_letters.Tokens(letters.ToString(), token));
                letters.Clear();
            }
        }
    }

    private void AddTemplate(string text, IReadOnlyDictionary<string, int> specialTokens)
    {
        string[] found = [.. specialTokens.Keys.Where(special => text.Contains(special, StringComparison.Ordinal))];
        int start = 0;
        while (start < text.Length)
        {
            // The first special token, and of those that begin there the longest.
            (int at, string special) = (text.Length, string.Empty);
            foreach (string candidate in found)
            {
                int place = text.IndexOf(candidate, start, StringComparison.Ordinal);
                if (place >= 0 && (place < at || (place == at && candidate.Length > special.Length)))
                {
                    (at, special) = (place, candidate);
                }
            }

            if (at > start)
            {
                _pieces.Add((PromptPart.Template, text[start..at], -1));
            }

            if (special.Length > 0)
            {
                _pieces.Add((PromptPart.Template, string.Empty, specialTokens[special]));
            }

            start = at + special.Length;
        }
    }
}
