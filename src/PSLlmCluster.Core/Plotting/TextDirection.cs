using System.Text;

namespace PSLlmCluster.Core.Plotting;

/// <summary>
/// Puts the pieces of a text in the order in which they stand from left to right, by the rules of the Unicode bidirectional algorithm
/// (UAX 9) for a paragraph whose direction is that of its first letter (P2 and P3), on whichever line that stands: those for marks, numbers
/// and the signs in them (W1 to W7), for brackets (N0) and for other signs (N1 and N2). Not covered are lines with embedded directions
/// deeper than one: marks that embed, override or isolate a direction are passed over. Of brackets only round, square and curly ones are
/// taken as pairs.
/// </summary>
internal static class TextDirection
{
    private const string Brackets = "()[]{}";

    /// <summary>Splits a line of a text into pieces of one direction, from left to right.</summary>
    /// <param name="text">The line.</param>
    /// <param name="isTextFromRight">Whether the text that it is a line of runs from right to left as a whole.</param>
    /// <returns>The pieces, and whether each runs from right to left; a text without letters or digits that do is one piece.</returns>
    public static IReadOnlyList<(string Text, bool IsFromRight)> InDrawingOrder(string text, bool isTextFromRight)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        BidiClass[] classes = Array.ConvertAll(runes, BidiClasses.Of);
        if (!isTextFromRight && !Array.Exists(classes, one => one is BidiClass.Right or BidiClass.Arabic or BidiClass.ArabicNumber))
        {
            return text.Length == 0 ? [] : [(text, false)];
        }

        BidiClass whole = isTextFromRight ? BidiClass.Right : BidiClass.Left;
        ResolveNumbers(classes, whole);
        ResolveBrackets(classes, runes, whole);
        ResolveNeutrals(classes, whole);

        // Level 0 runs from left to right; what is deeper stands in turn, and in it what is deepest (words and numbers) does not (L2).
        List<(string Text, bool IsFromRight)> pieces = [];
        int place = 0;
        int start = 0;
        int end = 0;
        for (int i = 0; i < runes.Length; i++)
        {
            end += runes[i].Utf16SequenceLength;
            int level = Level(classes[i], whole);
            if (i + 1 < runes.Length && Level(classes[i + 1], whole) == level)
            {
                continue;
            }

            place = level == 0 ? pieces.Count : place;
            pieces.Insert(place, (text[start..end], level == 1));
            place += level == 0 ? 1 : 0;
            start = end;
        }

        return pieces;
    }

    /// <summary>Says whether a text runs from right to left as a whole, by its first letter.</summary>
    /// <param name="text">The text, of all its lines.</param>
    /// <returns>True where it does.</returns>
    public static bool IsFromRight(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.IsLetter(rune))
            {
                return BidiClasses.IsOfRightToLeftScript(rune.Value);
            }
        }

        return false;
    }

    /// <summary>Says whether a text has letters of right-to-left scripts.</summary>
    /// <param name="text">The text.</param>
    /// <returns>True where it has any.</returns>
    public static bool HasRightToLeft(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (BidiClasses.Of(rune) is BidiClass.Right or BidiClass.Arabic)
            {
                return true;
            }
        }

        return false;
    }

    private static int Level(BidiClass one, BidiClass whole) => one switch
    {
        BidiClass.Right => 1,
        BidiClass.Left when whole == BidiClass.Left => 0,
        _ => 2,
    };

    // Rules W1 to W7: afterwards there are letters, numbers and neutral signs.
    private static void ResolveNumbers(BidiClass[] classes, BidiClass whole)
    {
        BidiClass letter = whole;
        for (int i = 0; i < classes.Length; i++)
        {
            if (classes[i] == BidiClass.Mark)
            {
                classes[i] = i > 0 ? classes[i - 1] : whole;
            }

            letter = classes[i] is BidiClass.Left or BidiClass.Right or BidiClass.Arabic ? classes[i] : letter;
            if (classes[i] == BidiClass.EuropeanNumber && letter == BidiClass.Arabic)
            {
                classes[i] = BidiClass.ArabicNumber;
            }
        }

        for (int i = 1; i + 1 < classes.Length; i++)
        {
            bool isJoint = classes[i - 1] == classes[i + 1] && classes[i - 1] switch
            {
                BidiClass.EuropeanNumber => classes[i] is BidiClass.EuropeanSeparator or BidiClass.CommonSeparator,
                BidiClass.ArabicNumber => classes[i] == BidiClass.CommonSeparator,
                _ => false,
            };
            classes[i] = isJoint ? classes[i - 1] : classes[i];
        }

        for (int i = 0; i < classes.Length;)
        {
            int end = EndOf(classes, i);
            bool isNumber = classes[i] == BidiClass.EuropeanNumber
                || (classes[i] == BidiClass.EuropeanTerminator
                    && ((i > 0 && classes[i - 1] == BidiClass.EuropeanNumber)
                        || (end < classes.Length && classes[end] == BidiClass.EuropeanNumber)));
            BidiClass resolved = classes[i] switch
            {
                _ when isNumber => BidiClass.EuropeanNumber,
                BidiClass.Arabic => BidiClass.Right,
                BidiClass.Left or BidiClass.Right or BidiClass.ArabicNumber => classes[i],
                _ => BidiClass.Neutral,
            };
            Array.Fill(classes, resolved, i, end - i);
            i = end;
        }

        letter = whole;
        for (int i = 0; i < classes.Length; i++)
        {
            letter = classes[i] is BidiClass.Left or BidiClass.Right ? classes[i] : letter;
            classes[i] = classes[i] == BidiClass.EuropeanNumber && letter == BidiClass.Left ? BidiClass.Left : classes[i];
        }
    }

    // Rule N0: both brackets of a pair run as the whole text does where anything in them does, or else, where what stands before them runs
    // as what they hold, as that.
    private static void ResolveBrackets(BidiClass[] classes, Rune[] runes, BidiClass whole)
    {
        foreach ((int open, int close) in PairsOf(classes, runes))
        {
            BidiClass[] held = Array.ConvertAll(classes[(open + 1)..close], DirectionOf);
            if (Array.TrueForAll(held, one => one == BidiClass.Neutral))
            {
                continue;
            }

            int before = open - 1;
            while (before >= 0 && classes[before] == BidiClass.Neutral)
            {
                before--;
            }

            bool isAsWhole = before < 0 || Array.Exists(held, one => one == whole);
            classes[open] = classes[close] = isAsWhole ? whole : DirectionOf(classes[before]);
        }
    }

    private static List<(int Open, int Close)> PairsOf(BidiClass[] classes, Rune[] runes)
    {
        List<(int Open, int Close)> pairs = [];
        Stack<int> opened = new();
        for (int i = 0; i < runes.Length; i++)
        {
            int kind = classes[i] == BidiClass.Neutral && runes[i].IsAscii ? Brackets.IndexOf((char)runes[i].Value) : -1;
            if (kind < 0)
            {
                continue;
            }

            if (kind % 2 == 0)
            {
                opened.Push(i);
            }
            else if (opened.Any(open => runes[open].Value == Brackets[kind - 1]))
            {
                int open = opened.Pop();
                while (runes[open].Value != Brackets[kind - 1])
                {
                    open = opened.Pop();
                }

                pairs.Add((open, i));
            }
        }

        pairs.Sort();
        return pairs;
    }

    // Rules N1 and N2: signs between two of one direction run so too, others as the whole text does.
    private static void ResolveNeutrals(BidiClass[] classes, BidiClass whole)
    {
        for (int i = 0; i < classes.Length;)
        {
            int end = EndOf(classes, i);
            if (classes[i] == BidiClass.Neutral)
            {
                BidiClass before = i > 0 ? DirectionOf(classes[i - 1]) : whole;
                BidiClass after = end < classes.Length ? DirectionOf(classes[end]) : whole;
                Array.Fill(classes, before == after ? before : whole, i, end - i);
            }

            i = end;
        }
    }

    private static int EndOf(BidiClass[] classes, int begin)
    {
        int end = begin + 1;
        while (end < classes.Length && classes[end] == classes[begin])
        {
            end++;
        }

        return end;
    }

    // To the signs beside them numbers are as letters that run from right to left.
    private static BidiClass DirectionOf(BidiClass one)
        => one is BidiClass.EuropeanNumber or BidiClass.ArabicNumber ? BidiClass.Right : one;
}
