namespace PSLlmCluster.Core.Encoding.Tokenizing;

/// <summary>
/// What becomes of each character on the way to WordPiece, in one look-up: Hugging Face's <c>BertNormalizer</c> (clean_text,
/// handle_chinese_chars, strip_accents, lowercase; normalizers/bert.rs) and <c>BertPreTokenizer</c> (pre_tokenizers/bert.rs). Each of
/// their steps looks at one character at a time but for the canonical order of combining marks, which is left out: what stays of a run of
/// marks is 181 rare ones, and a word with one of them is unknown unless the vocabulary spells it, in whatever order they stand.
/// </summary>
internal sealed class BertCharacters
{
    // An entry is a kind and, below it, the character to put in the place of the source; 0 stands for the source itself.
    private const int KindShift = 24;
    private const int TargetMask = (1 << KindShift) - 1;
    private const int PageBits = 8;
    private const int PageLength = 1 << PageBits;
    private const int CodePoints = 0x110000;

    private const int FirstHangul = 0xAC00;
    private const int HangulCount = 11172;
    private const int VowelCount = 21;
    private const int TrailCount = 28;

    private static readonly BertCharacters?[] _made = new BertCharacters?[4];

    // Code points by the Chinese characters of the BERT authors' tokenization.py. 2B920 is 2B820 there, and 2B920 in bert.rs.
    private static readonly (int First, int Last)[] _chinese =
    [
        (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2A700, 0x2B81F), (0x2B920, 0x2CEAF),
        (0x2F800, 0x2FA1F),
    ];

    private readonly ushort[] _pages = new ushort[CodePoints >> PageBits];
    // The place 0 is never used, since a target of 0 stands for the source.
    private readonly List<int> _several = [0];
    private readonly List<int> _sharedPages = [0];
    private int[] _entries = new int[PageLength];

    private BertCharacters(bool lowerCase, bool stripsAccents)
    {
        SetRanges(BertCharacterData.Punctuation, CharacterKind.Alone);
        foreach ((int first, int last) in _chinese)
        {
            SetRange(first, last, (int)CharacterKind.Alone << KindShift);
        }

        if (lowerCase)
        {
            SetRuns(BertCharacterData.LowerCase);
        }

        if (stripsAccents)
        {
            SetRuns(BertCharacterData.Decompositions);
            SetRange(FirstHangul, FirstHangul + HangulCount - 1, (int)CharacterKind.Hangul << KindShift);
        }

        SetRanges(BertCharacterData.Removed, CharacterKind.Removed);
        SetRanges(BertCharacterData.Spaces, CharacterKind.Space);
        SetRange(' ', ' ', (int)CharacterKind.Space << KindShift);
    }

    /// <summary>Returns the table for a kind of model; made once, some 150 KB.</summary>
    /// <param name="lowerCase">Whether letters are put in lower case.</param>
    /// <param name="stripsAccents">Whether characters are decomposed and nonspacing marks removed.</param>
    /// <returns>The table.</returns>
    public static BertCharacters Get(bool lowerCase, bool stripsAccents)
    {
        ref BertCharacters? made = ref _made[(lowerCase ? 1 : 0) + (stripsAccents ? 2 : 0)];
        return Volatile.Read(ref made) ?? Interlocked.CompareExchange(ref made, new BertCharacters(lowerCase, stripsAccents), null) ?? made;
    }

    /// <summary>Returns what becomes of a character.</summary>
    /// <param name="source">Its code point, no surrogate.</param>
    /// <param name="target">
    /// The character that takes its place; for <see cref="CharacterKind.Several"/> and <see cref="CharacterKind.Hangul"/> what
    /// <see cref="Part"/> takes.
    /// </param>
    /// <returns>What is done with it.</returns>
    public CharacterKind Find(int source, out int target)
    {
        int entry = _entries[(_pages[source >> PageBits] << PageBits) + (source & (PageLength - 1))];
        target = (entry & TargetMask) == 0 ? source : entry & TargetMask;
        return (CharacterKind)(entry >> KindShift);
    }

    /// <summary>Returns one of the characters that take a character's place.</summary>
    /// <param name="kind">Several or Hangul.</param>
    /// <param name="target">What <see cref="Find"/> gave.</param>
    /// <param name="index">Which of them, from 0.</param>
    /// <param name="part">The character.</param>
    /// <returns>Its kind: a letter, or one that is a word of its own; Removed where there are no more of them.</returns>
    public CharacterKind Part(CharacterKind kind, int target, int index, out int part)
    {
        if (kind == CharacterKind.Hangul)
        {
            // The Unicode Standard, section 3.12, arithmetic decomposition.
            int syllable = target - FirstHangul;
            part = index switch
            {
                0 => 0x1100 + (syllable / (VowelCount * TrailCount)),
                1 => 0x1161 + (syllable % (VowelCount * TrailCount) / TrailCount),
                _ => 0x11A7 + (syllable % TrailCount),
            };
            return index > 2 || part == 0x11A7 ? CharacterKind.Removed : CharacterKind.Letter;
        }

        int entry = _several[target + index];
        part = entry & TargetMask;
        return (CharacterKind)(entry >> KindShift);
    }

    private void SetRanges(ReadOnlySpan<byte> data, CharacterKind kind)
    {
        int end = 0;
        while (!data.IsEmpty)
        {
            int first = end + Number(ref data);
            end = first + Number(ref data);
            SetRange(first, end, (int)kind << KindShift);
        }
    }

    private void SetRuns(ReadOnlySpan<byte> data)
    {
        Span<int> targets = stackalloc int[4];
        int start = 0;
        while (!data.IsEmpty)
        {
            start += Number(ref data);
            int form = Number(ref data);
            int more = Number(ref data);
            int step = (form & 1) + 1;
            int move = (form & 2) == 0 ? 0 : step;
            int previous = start;
            for (int i = 0; i < form >> 2; i++)
            {
                int distance = Number(ref data);
                previous += (distance & 1) == 0 ? distance / 2 : -(distance + 1) / 2;
                targets[i] = previous;
            }

            for (int i = 0; i <= more; i++)
            {
                SetTargets(start + (step * i), targets[..(form >> 2)], move * i);
            }
        }
    }

    // What a target becomes by itself is in the table already: its lower case, and whether it is a word of its own.
    private void SetTargets(int source, ReadOnlySpan<int> targets, int move)
    {
        int entry = (int)CharacterKind.Removed << KindShift;
        if (targets.Length == 1)
        {
            CharacterKind kind = Find(targets[0] + move, out int target);
            entry = ((int)(Find(source, out _) == CharacterKind.Alone ? CharacterKind.Alone : kind) << KindShift) | target;
        }
        else if (targets.Length > 1)
        {
            entry = ((int)CharacterKind.Several << KindShift) | _several.Count;
            foreach (int part in targets)
            {
                CharacterKind kind = Find(part, out int target);
                _several.Add(((int)kind << KindShift) | target);
            }

            _several.Add((int)CharacterKind.Removed << KindShift);
        }

        SetRange(source, source, entry);
    }

    private void SetRange(int first, int last, int entry)
    {
        int shared = -1;
        for (int at = first; at <= last;)
        {
            int page = at >> PageBits;
            int end = Math.Min(last, (page << PageBits) + PageLength - 1);
            if (end - at == PageLength - 1)
            {
                // Planes of Chinese characters and of private use are full of equal pages.
                if (shared < 0)
                {
                    shared = NewPage();
                    _sharedPages.Add(shared);
                    _entries.AsSpan(shared << PageBits, PageLength).Fill(entry);
                }

                _pages[page] = (ushort)shared;
            }
            else
            {
                int own = _pages[page];
                if (_sharedPages.Contains(own))
                {
                    own = NewPage();
                    _entries.AsSpan(_pages[page] << PageBits, PageLength).CopyTo(_entries.AsSpan(own << PageBits));
                    _pages[page] = (ushort)own;
                }

                _entries.AsSpan((own << PageBits) + (at & (PageLength - 1)), end - at + 1).Fill(entry);
            }

            at = end + 1;
        }
    }

    private int NewPage()
    {
        int page = _entries.Length >> PageBits;
        Array.Resize(ref _entries, _entries.Length + PageLength);
        return page;
    }

    private static int Number(ref ReadOnlySpan<byte> data)
    {
        int number = 0;
        for (int shift = 0; ; shift += 5)
        {
            int digit = data[0] switch
            {
                <= (byte)'+' => 62,
                (byte)'-' => 63,
                <= (byte)'9' => data[0] - '0',
                <= (byte)'Z' => data[0] - 'A' + 10,
                _ => data[0] - 'a' + 36,
            };
            data = data[1..];
            number |= (digit & 31) << shift;
            if (digit < 32)
            {
                return number;
            }
        }
    }
}
