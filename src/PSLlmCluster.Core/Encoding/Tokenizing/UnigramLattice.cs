using System.Text;

namespace PSLlmCluster.Core.Encoding.Tokenizing;

/// <summary>
/// Spells a word by the pieces whose scores have the greatest sum (T. Kudo, Subword Regularization, 2018, section 3.2; Viterbi's
/// algorithm as encode_optimized of models/unigram/model.rs of Hugging Face's tokenizers has it, sums in double precision and ties
/// included). A character that is no piece by itself scores 10 less than the worst piece; a run of them is one token.
/// </summary>
/// <remarks>
/// Where two ways to spell a word have equal sums, as n + nn and nn + n for nnn, Hugging Face's own choice depends on how its
/// tokenizer.json was read: serde_json is off in the last bit of some scores of 17 digits. Here the scores are exact, as where its library
/// is handed the same numbers in binary. Seen once in 6 million tokens of random text.
/// </remarks>
internal sealed class UnigramLattice
{
    private const double UnknownPenalty = 10;

    private readonly PieceTrie _pieces;
    private readonly float[] _scores;
    private readonly int[] _bytes;
    private readonly int _unknown;
    private readonly double _unknownScore;

    /// <summary>Initializes a new instance of the <see cref="UnigramLattice"/> class.</summary>
    /// <param name="vocabulary">A vocabulary that was checked.</param>
    public UnigramLattice(EncoderVocabulary vocabulary)
    {
        _scores = vocabulary.Scores;
        _unknown = vocabulary.UnknownId;
        _pieces = new PieceTrie(roots: 1, vocabulary.Tokens.Length);
        double worst = double.PositiveInfinity;
        for (int id = 0; id < vocabulary.Tokens.Length; id++)
        {
            string piece = vocabulary.Tokens[id];
            if (piece.Length > 0 && TokenTypes.IsText(vocabulary, id))
            {
                _pieces.Add(0, piece, id);
                worst = Math.Min(worst, _scores[id]);
            }
        }

        // Without a piece nothing is compared with the unknown.
        _unknownScore = double.IsInfinity(worst) ? 0 : worst - UnknownPenalty;
        _bytes = ByteTokens(vocabulary);
    }

    /// <summary>Appends a word's tokens.</summary>
    /// <param name="word">The word, well-formed UTF-16.</param>
    /// <param name="scratch">Memory to work in.</param>
    /// <param name="tokens">The list that they are appended to.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public void Spell(ReadOnlySpan<char> word, UnigramScratch scratch, TokenList tokens, CancellationToken token)
    {
        // For each end of a piece the best way there: where its last piece starts, which one it is, and the sum of scores.
        Span<PathEnd> ends = scratch.Ends(word.Length + 1);
        ends.Fill(new PathEnd(-1, _unknown, 0));
        int width;
        for (int at = 0; at < word.Length; at += width)
        {
            if ((at & 0xFFFF) == 0)
            {
                token.ThrowIfCancellationRequested();
            }

            width = char.IsHighSurrogate(word[at]) ? 2 : 1;
            double here = ends[at].Score;
            bool isPiece = false;
            int node = 0;
            for (int i = at; i < word.Length && (node = _pieces.Child(node, word[i])) >= 0; i++)
            {
                if (_pieces.Id(node) is >= 0 and int id)
                {
                    ends[i + 1].Improve(at, id, here + _scores[id]);
                    isPiece |= i + 1 == at + width;
                }
            }

            if (!isPiece)
            {
                ends[at + width].Improve(at, _unknown, here + _unknownScore);
            }
        }

        int first = tokens.Count;
        for (int end = word.Length; end > 0;)
        {
            int start = ends[end].Start;
            if (ends[end].Piece != _unknown)
            {
                tokens.Add(ends[end].Piece);
            }
            else
            {
                while (start > 0 && ends[start].Piece == _unknown)
                {
                    start = ends[start].Start;
                }

                AddUnknown(word[start..end], tokens);
            }

            end = start;
        }

        tokens.ReverseFrom(first);
    }

    // Hugging Face looks the whole run up, so one that is a piece with a hopeless score is that piece.
    private void AddUnknown(ReadOnlySpan<char> run, TokenList tokens)
    {
        int id = _pieces.Find(0, run);
        if (id >= 0 || _bytes.Length == 0)
        {
            tokens.Add(id >= 0 ? id : _unknown);
            return;
        }

        Span<byte> bytes = stackalloc byte[4];
        while (!run.IsEmpty)
        {
            Rune.DecodeLastFromUtf16(run, out Rune rune, out int units);
            for (int i = rune.EncodeToUtf8(bytes) - 1; i >= 0; i--)
            {
                tokens.Add(_bytes[bytes[i]]);
            }

            run = run[..^units];
        }
    }

    /// <summary>Returns the ids of the tokens of all bytes, or none where one of them lacks.</summary>
    private static int[] ByteTokens(EncoderVocabulary vocabulary)
    {
        int[] bytes = new int[256];
        Array.Fill(bytes, -1);
        for (int id = 0; id < Math.Min(vocabulary.Types.Length, vocabulary.Tokens.Length); id++)
        {
            if (vocabulary.Types[id] == TokenTypes.Byte
                && vocabulary.Tokens[id] is ['<', '0', 'x', char high, char low, '>']
                && char.IsAsciiHexDigit(high)
                && char.IsAsciiHexDigit(low))
            {
                bytes[Convert.FromHexString([high, low])[0]] = id;
            }
        }

        return bytes.AsSpan().Contains(-1) ? [] : bytes;
    }
}
