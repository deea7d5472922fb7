using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Worker.Llama;

/// <summary>What a tokenizer does with a text before it makes tokens of it, as far as long runs of characters matter to it.</summary>
internal enum TextSplitting
{
    /// <summary>It splits without recursion: all but byte-pair encodings.</summary>
    Flat,

    /// <summary>It splits at white space at least.</summary>
    AtSpaces,

    /// <summary>As <see cref="AtSpaces"/>, and groups digits in a time that grows with the square of their number.</summary>
    AtSpacesSlowOnDigits,

    /// <summary>It splits at line breaks at least.</summary>
    AtLineBreaks,
}

/// <summary>
/// Measures the runs of a text that llama.cpp splits by recursion. Before byte-pair encoding it cuts a text in words with the regular
/// expressions of the model's family (llama-vocab.cpp, llm_tokenizer_bpe; unicode.cpp, unicode_regex_split). Some families have a loop
/// of their own there, the others go to std::regex, which calls itself for every character of a match: 352 bytes of stack each with
/// libstdc++, measured over all families. A stack that overflows ends the process and cannot be caught, so a text with
/// a long run is tokenised on a thread whose stack suits its longest run, and one with a run beyond bounds not at all.
/// </summary>
internal static class TextRuns
{
    /// <summary>The longest run that is tokenised on whatever thread the caller has: 90 kB of its stack.</summary>
    public const int MostOnAnyStack = 256;

    /// <summary>The longest run that is tokenised at all: at most 1.8 seconds and 140 MB of stack were measured.</summary>
    public const int Most = 400_000;

    /// <summary>The longest run of digits where they are grouped slowly: 1.9 seconds; 20,000 digits take 15.</summary>
    public const int MostDigitsWhereSlow = 5_000;

    // Three times what was measured, for other compilers and processors.
    private const int StackPerCharacter = 1024;
    private const int StackForTheRest = 1 << 20;

    // Families whose expressions match across spaces: a line at once, or letters with single spaces between them.
    private static readonly string[] _acrossSpaces = ["gemma4", "granite-embed-multi-311m", "sarvam-moe", "laguna", "exaone-moe"];

    /// <summary>Returns how a model's tokenizer splits.</summary>
    /// <param name="header">The header of the model's file.</param>
    /// <returns>The way, the most careful one where it is not known.</returns>
    public static TextSplitting SplittingOf(GgufHeader header) => header.TokenizerModel switch
    {
        "llama" or "bert" or "t5" or "rwkv" or "plamo2" => TextSplitting.Flat,
        "gpt2" when _acrossSpaces.Contains(header.TokenizerFamily, StringComparer.Ordinal) => TextSplitting.AtLineBreaks,
        "gpt2" when header.TokenizerFamily == "superbpe" => TextSplitting.AtSpacesSlowOnDigits,
        "gpt2" => TextSplitting.AtSpaces,
        _ => TextSplitting.AtLineBreaks,
    };

    /// <summary>Returns the stack that tokenising takes, in bytes.</summary>
    /// <param name="run">The text's longest run.</param>
    /// <returns>The size.</returns>
    public static int StackFor(int run) => StackForTheRest + (run * StackPerCharacter);

    /// <summary>Measures how many characters one match of a text's regular expressions may have.</summary>
    /// <param name="text">The text.</param>
    /// <param name="splitting">How it is split.</param>
    /// <returns>The number of characters, 0 where it does not matter.</returns>
    /// <exception cref="EngineException">A run is too long.</exception>
    public static int Longest(ReadOnlySpan<char> text, TextSplitting splitting)
    {
        if (splitting == TextSplitting.Flat)
        {
            return 0;
        }

        // White space beyond ASCII is in the classes of some families' words, so it counts as both.
        int unbroken = 0, white = 0, digits = 0;
        int mostUnbroken = 0, mostWhite = 0, mostDigits = 0;
        foreach (char character in text)
        {
            bool breaks = character is '\n' or '\r'
                || (splitting != TextSplitting.AtLineBreaks && character is ' ' or (>= '\t' and <= '\r'));
            unbroken = breaks ? 0 : unbroken + 1;
            white = char.IsWhiteSpace(character) ? white + 1 : 0;
            digits = char.IsAsciiDigit(character) ? digits + 1 : 0;
            mostUnbroken = Math.Max(mostUnbroken, unbroken);
            mostWhite = Math.Max(mostWhite, white);
            mostDigits = Math.Max(mostDigits, digits);
        }

        if (splitting == TextSplitting.AtSpacesSlowOnDigits && mostDigits > MostDigitsWhereSlow)
        {
            throw TooLong(mostDigits, "digits", MostDigitsWhereSlow);
        }

        // Words of some families end with the white space after them.
        int run = mostUnbroken + mostWhite;
        return run <= Most
            ? run
            : throw TooLong(
                run,
                splitting == TextSplitting.AtLineBreaks
                    ? "characters without a line break"
                    : "characters without a space, or of spaces alone,",
                Most);
    }

    /// <summary>Makes the error of a text that is not tokenised for its run's sake.</summary>
    /// <param name="run">The run.</param>
    /// <param name="of">What it consists of.</param>
    /// <param name="most">The longest that goes.</param>
    /// <param name="inner">What was thrown, if something was.</param>
    /// <returns>The error.</returns>
    internal static EngineException TooLong(int run, string of, int most, Exception? inner = null) => new(
        EngineErrorIds.TextRunTooLong,
        FailureKind.InvalidData,
        $"The text has a run of {run:N0} {of} in a row, and the model's tokenizer takes at most {most:N0}.",
        "Leave out what is not text, such as data in base 64, or put spaces and line breaks into it.",
        inner);
}
