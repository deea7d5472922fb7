using System.Globalization;
using System.Text;
using PSLlmCluster.Core.Phrases;

namespace PSLlmCluster.Core.Grouping.Naming;

/// <summary>Tells names from what else a language model writes: refusals, loops, sentences, and bytes that are no text.</summary>
internal static class NameForm
{
    private const int MostIdeographs = 20;
    private const int MostCharacters = 60;
    private const int MostRepeats = 3;
    private const int LongestUnit = 6;

    // What models put around a name.
    private const string Leading = "\"'`*_-:,;\u2013\u2014\u2022\u201C\u201D\u201E\u2018\u2019\u00AB\u00BB\u300C\u300D\u300E\u300F ";
    private const string Trailing = Leading + ".\u2026\u3002\u3001\uFF0C\uFF1A\uFF1B";

    // Models refuse in English, in which they are asked, or in the language of the texts. The model of the vectors cannot tell: a refusal
    // in a language that it was not made for lies no nearer to an English one than other texts do.
    private static readonly string[] _refusals =
    [
        "I'm sorry", "I am sorry", "Sorry,", "I can't", "I can not", "I cannot", "I'm unable", "I am unable", "I'm not able",
        "I am not able", "I don't", "I do not", "I apologize", "As an AI", "As a language model", "Unfortunately,",
        "Es tut mir leid", "Tut mir leid", "Leider kann ich", "Ich kann nicht", "Als Sprachmodell",
        "Je ne peux pas", "Je suis désolé", "Désolé,", "En tant qu'IA",
        "Lo siento", "Lamento no", "No puedo", "Como modelo de lenguaje", "Sinto muito", "Desculpe,", "Não posso", "Mi dispiace",
        "Non posso", "Het spijt me", "Ik kan niet", "Извините", "Я не могу",
        "申し訳", "すみません", "ごめんなさい", "我无法", "我無法", "抱歉", "很抱歉", "对不起", "對不起", "죄송",
    ];

    /// <summary>Reads a name.</summary>
    /// <param name="text">What the model wrote; may be null.</param>
    /// <returns>The name, of one line and without quotes around it; null where it is none.</returns>
    public static string? Read(string? text)
    {
        if (text is null || !IsClean(text.AsSpan().Trim()))
        {
            return null;
        }

        string name = ShortText.OneLine(text).TrimStart(Leading.ToCharArray()).TrimEnd(Trailing.ToCharArray());
        return IsShort(name) && !IsRefusal(name) && !IsLoop(name) ? name : null;
    }

    private static bool IsClean(ReadOnlySpan<char> text)
    {
        bool hasLetter = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            if (rune == Rune.ReplacementChar
                || category is UnicodeCategory.Control or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
            {
                return false;
            }

            hasLetter |= Rune.IsLetterOrDigit(rune);
        }

        return hasLetter && !text.Contains("<|", StringComparison.Ordinal) && !text.Contains("</", StringComparison.Ordinal);
    }

    private static bool IsShort(string name)
    {
        int ideographs = 0;
        foreach (Rune rune in name.EnumerateRunes())
        {
            ideographs += rune.Value is (>= 0x3040 and <= 0x30FF) or (>= 0x3400 and <= 0x9FFF) or (>= 0x20000 and <= 0x3FFFF) ? 1 : 0;
        }

        return ideographs <= MostIdeographs && Words(name).Length <= NamePrompt.MostWords && ShortText.LengthOf(name) <= MostCharacters;
    }

    private static bool IsRefusal(string name)
    {
        string plain = name.Replace('\u2019', '\'');
        return Array.Exists(_refusals, refusal => plain.StartsWith(refusal, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Says whether a word, or a piece of up to six characters, comes three times, the piece in a row.</summary>
    private static bool IsLoop(string name)
    {
        if (Words(name).GroupBy(word => word, StringComparer.OrdinalIgnoreCase).Any(group => group.Count() >= MostRepeats))
        {
            return true;
        }

        for (int unit = 1; unit <= LongestUnit; unit++)
        {
            int same = 0;
            for (int i = unit; i < name.Length; i++)
            {
                // Zeros in a row are a number.
                bool counts = char.IsLetter(name[i]) || name[i] != name[i - 1];
                same = counts && name[i] == name[i - unit] ? same + 1 : 0;
                if (same >= Math.Max(MostRepeats, (MostRepeats - 1) * unit))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static string[] Words(string name) => name.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
