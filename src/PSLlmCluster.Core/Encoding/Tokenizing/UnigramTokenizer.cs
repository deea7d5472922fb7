using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace PSLlmCluster.Core.Encoding.Tokenizing;

/// <summary>
/// SentencePiece's unigram model as XLM-RoBERTa and its children (multilingual-e5, bge-m3) use it, equal to Hugging Face's tokenizers with
/// the normaliser Precompiled and the pre-tokenizers WhitespaceSplit and Metaspace, which their tokenizer.json files have.
/// </summary>
/// <remarks>
/// Where it departs from SentencePiece, which llama.cpp's llm_tokenizer_ugm follows: the map of characters is asked for each user-perceived
/// character (grapheme cluster) of under 6 bytes, then for each code point, not for the longest match in the text, and the shortest key
/// counts, so that what follows it in such a cluster is dropped; all of Unicode's white space parts words, not U+0020 alone; a word is
/// spelled by itself, and one that has a U+2581 at its start gets no other. In ordinary text all agree. Clusters are .NET's own
/// (StringInfo, without ICU); they were equal to the reference's in all code points and some million random texts.
/// </remarks>
internal sealed class UnigramTokenizer : EncoderTokenizer
{
    // As long as the longest text, with the U+2581 before it; the lattice takes 1 GB for it.
    private const int LongestWord = (1 << 26) + 1;

    // normalizers/precompiled.rs: longer clusters are mapped code point by code point.
    private const int LongestCluster = 5;

    private readonly UnigramLattice _lattice;
    private readonly CharacterMap? _map;
    private readonly bool _addsPrefix;
    private readonly bool _removesSpaces;
    private readonly ConcurrentStack<UnigramScratch> _scratches = [];

    /// <summary>Initializes a new instance of the <see cref="UnigramTokenizer"/> class.</summary>
    /// <param name="vocabulary">A vocabulary that was checked.</param>
    /// <exception cref="EngineException">Its map of characters is damaged.</exception>
    public UnigramTokenizer(EncoderVocabulary vocabulary)
        : base(vocabulary)
    {
        _map = CharacterMap.Create(vocabulary);
        _lattice = new UnigramLattice(vocabulary);
        _addsPrefix = vocabulary.AddsSpacePrefix;
        _removesSpaces = vocabulary.RemovesExtraSpaces;
    }

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> text, TokenList tokens, CancellationToken token)
    {
        UnigramScratch scratch = _scratches.TryPop(out UnigramScratch? kept) ? kept : new UnigramScratch();
        try
        {
            new Run(this, scratch, tokens, token).Tokenize(WellFormed(text, scratch));
        }
        finally
        {
            scratch.Reset();
            _scratches.Push(scratch);
        }
    }

    private static ReadOnlySpan<char> WellFormed(ReadOnlySpan<char> text, UnigramScratch scratch)
    {
        int at = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        while (at >= 0 && at < text.Length)
        {
            if (Rune.DecodeFromUtf16(text[at..], out _, out int units) != default)
            {
                return Repaired(text, scratch);
            }

            at += units;
        }

        return text;
    }

    private static ReadOnlySpan<char> Repaired(ReadOnlySpan<char> text, UnigramScratch scratch)
    {
        Span<char> copy = scratch.Text(text.Length);
        text.CopyTo(copy);
        for (int at = 0; at < copy.Length;)
        {
            if (Rune.DecodeFromUtf16(copy[at..], out _, out int units) != default)
            {
                copy[at] = '\uFFFD';
            }

            at += units;
        }

        return copy;
    }

    /// <summary>The work on one text.</summary>
    private readonly ref struct Run(UnigramTokenizer tokenizer, UnigramScratch scratch, TokenList tokens, CancellationToken token)
    {
        public void Tokenize(ReadOnlySpan<char> text)
        {
            int check = 0;
            for (int at = 0; at < text.Length;)
            {
                if (at >= check)
                {
                    token.ThrowIfCancellationRequested();
                    check = at + CancellationStep;
                }

                // Two characters of ASCII are never one cluster but for a carriage return and a line feed.
                bool isAlone = text[at] < 0x80 && (at + 1 == text.Length || (text[at + 1] < 0x80 && text[at] != '\r'));
                int length = isAlone ? 1 : StringInfo.GetNextTextElementLength(text[at..]);
                Map(text.Slice(at, length));
                at += length;
            }

            End();
        }

        private void Map(ReadOnlySpan<char> cluster)
        {
            Span<byte> bytes = stackalloc byte[LongestCluster];
            if (cluster.Length <= LongestCluster
                && System.Text.Encoding.UTF8.TryGetBytes(cluster, bytes, out int count)
                && TryMap(bytes[..count]))
            {
                return;
            }

            foreach (Rune rune in cluster.EnumerateRunes())
            {
                if (!TryMap(bytes[..rune.EncodeToUtf8(bytes)]))
                {
                    Take(rune);
                }
            }
        }

        private bool TryMap(ReadOnlySpan<byte> text)
        {
            if (tokenizer._map is null || !tokenizer._map.TryFind(text, out ReadOnlySpan<byte> replacement))
            {
                return false;
            }

            while (!replacement.IsEmpty)
            {
                Rune.DecodeFromUtf8(replacement, out Rune rune, out int length);
                Take(rune);
                replacement = replacement[length..];
            }

            return true;
        }

        // Metaspace: every word starts with a U+2581, one of the text's own or one for the white space before it.
        private void Take(Rune character)
        {
            if (tokenizer._removesSpaces && Rune.IsWhiteSpace(character))
            {
                End();
                return;
            }

            if (character.Value is Space || (character.Value == ' ' && !tokenizer._removesSpaces))
            {
                End();
                scratch.Add(Space);
                return;
            }

            if (scratch.WordLength == 0 && (tokenizer._addsPrefix || scratch.HasWords))
            {
                scratch.Add(Space);
            }

            Span<char> units = stackalloc char[2];
            for (int i = 0; i < character.EncodeToUtf16(units); i++)
            {
                scratch.Add(units[i]);
            }

            if (scratch.WordLength > LongestWord)
            {
                throw new EngineException(
                    EngineErrorIds.TextTooLong,
                    FailureKind.InvalidData,
                    $"A text has a word of over {LongestWord:N0} characters, which is too long to be tokenised.",
                    "Cut the text in pieces.");
            }
        }

        private void End()
        {
            if (scratch.WordLength > 0)
            {
                tokenizer._lattice.Spell(scratch.Word, scratch, tokens, token);
                scratch.NextWord();
            }
        }
    }
}
