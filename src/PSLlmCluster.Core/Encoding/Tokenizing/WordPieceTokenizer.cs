using System.Text;

namespace PSLlmCluster.Core.Encoding.Tokenizing;

/// <summary>
/// BERT's WordPiece: a word is spelled by the longest piece that it starts with, then by the longest that the rest starts with, and so on;
/// where that fails, or the word has over 100 characters, the whole word is the one token for what is unknown (Devlin et al. 2019;
/// models/wordpiece/mod.rs of Hugging Face's tokenizers). Equal to its BertTokenizerFast, so it departs from llama.cpp's
/// llm_tokenizer_wpm, which drops the vowels of Hangul as accents, has no limit of 100 characters, and knows other marks and punctuation.
/// </summary>
internal sealed class WordPieceTokenizer : EncoderTokenizer
{
    private const int LongestWord = 100;
    private const int Start = 0;
    private const int Continuation = 1;

    private readonly PieceTrie _pieces;
    private readonly BertCharacters _characters;
    private readonly int _unknown;

    /// <summary>Initializes a new instance of the <see cref="WordPieceTokenizer"/> class.</summary>
    /// <param name="vocabulary">A vocabulary that was checked.</param>
    public WordPieceTokenizer(EncoderVocabulary vocabulary)
        : base(vocabulary)
    {
        _characters = BertCharacters.Get(vocabulary.LowerCase, vocabulary.StripsAccents);
        _unknown = vocabulary.UnknownId;
        _pieces = new PieceTrie(roots: 2, vocabulary.Tokens.Length);
        for (int id = 0; id < vocabulary.Tokens.Length; id++)
        {
            ReadOnlySpan<char> piece = vocabulary.Tokens[id];

            // A lone U+2581 is the piece that goes on with that character: an empty start of a word is no piece.
            bool isStart = piece.Length > 1 && piece[0] == Space;
            piece = isStart ? piece[1..] : piece;

            // A longer piece than the longest word matches nothing.
            if (piece.Length is > 0 and <= 2 * LongestWord && TokenTypes.IsText(vocabulary, id))
            {
                _pieces.Add(isStart ? Start : Continuation, piece, id);
            }
        }
    }

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> text, TokenList tokens, CancellationToken token)
    {
        Word word = new(stackalloc char[2 * LongestWord]);
        int check = 0;
        for (int at = 0; at < text.Length;)
        {
            if (at >= check)
            {
                token.ThrowIfCancellationRequested();
                check = at + CancellationStep;
            }

            int source = text[at++];
            if (char.IsSurrogate((char)source))
            {
                source = Rune.DecodeFromUtf16(text[(at - 1)..], out Rune rune, out int units) == default ? rune.Value : 0xFFFD;
                at += units - 1;
            }

            CharacterKind kind = _characters.Find(source, out int target);
            if (kind < CharacterKind.Several)
            {
                Take(kind, target, ref word, tokens);
                continue;
            }

            CharacterKind partKind;
            for (int i = 0; (partKind = _characters.Part(kind, target, i, out int part)) != CharacterKind.Removed; i++)
            {
                Take(partKind, part, ref word, tokens);
            }
        }

        End(ref word, tokens);
    }

    private void Take(CharacterKind kind, int character, ref Word word, TokenList tokens)
    {
        switch (kind)
        {
            case CharacterKind.Letter:
                word.Add(character);
                break;
            case CharacterKind.Alone:
                End(ref word, tokens);
                word.Add(character);
                End(ref word, tokens);
                break;
            case CharacterKind.Space:
                End(ref word, tokens);
                break;
        }
    }

    private void End(ref Word word, TokenList tokens)
    {
        if (word.Letters > 0)
        {
            Spell(word, tokens);
            word = new Word(word.Units);
        }
    }

    private void Spell(in Word word, TokenList tokens)
    {
        int before = tokens.Count;
        int root = Start;
        for (int at = 0; at < word.Length && word.Letters <= LongestWord;)
        {
            int best = -1;
            int end = at;
            int node = root;
            for (int i = at; i < word.Length && (node = _pieces.Child(node, word.Units[i])) >= 0; i++)
            {
                if (_pieces.Id(node) is >= 0 and int id)
                {
                    best = id;
                    end = i + 1;
                }
            }

            if (best < 0)
            {
                tokens.Truncate(before);
                break;
            }

            tokens.Add(best);
            at = end;
            root = Continuation;
        }

        if (tokens.Count == before)
        {
            tokens.Add(_unknown);
        }
    }

    /// <summary>A word that is being read; what is past its longest is only counted.</summary>
    private ref struct Word(Span<char> units)
    {
        public Span<char> Units { get; } = units;

        public int Length { get; private set; }

        public int Letters { get; private set; }

        public void Add(int character)
        {
            if (++Letters > LongestWord)
            {
                Letters = LongestWord + 1;
                return;
            }

            if (character < 0x10000)
            {
                Units[Length++] = (char)character;
            }
            else
            {
                Length += new Rune(character).EncodeToUtf16(Units[Length..]);
            }
        }
    }
}
