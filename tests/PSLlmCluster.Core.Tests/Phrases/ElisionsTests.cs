using PSLlmCluster.Core.Phrases;

namespace PSLlmCluster.Core.Tests.Phrases;

/// <summary>Elided articles and prepositions are known by what stands behind them.</summary>
public sealed class ElisionsTests
{
    private const string French =
        "accès d'accès l'accès imprimante l'imprimante d'imprimante écran L’écran d’un un l'hôtel d'Outlook Outlook n'imprime d'XML";

    private const string Italian =
        "accesso l'accesso ufficio dell'ufficio nell'importo dell'importo l'importo account l'account un'altra altra";

    private const string English =
        "o'clock clock O'Reilly O'Brien can't it's l33t's rock'n'roll hold'em em shoot'em-up shoot'em user's y'all all don't";

    [Theory]
    [InlineData(French, "l'imprimante", "imprimante")]
    [InlineData(French, "L’écran", "écran")]
    [InlineData(French, "d'Outlook", "Outlook")]
    [InlineData(French, "l'hôtel", "hôtel")]
    [InlineData(French, "d'XML", "XML")]
    [InlineData(French, "aujourd'hui", "aujourd'hui")]
    [InlineData(French, "l'd'images", "images")]
    [InlineData(Italian, "dell'ufficio", "ufficio")]
    [InlineData(Italian, "nell'importo", "importo")]
    [InlineData(English, "o'clock", "o'clock")]
    [InlineData(English, "O'Reilly", "O'Reilly")]
    [InlineData(English, "can't", "can't")]
    [InlineData(English, "it's", "it's")]
    [InlineData(English, "l33t's", "l33t's")]
    [InlineData(English, "rock'n'roll", "rock'n'roll")]
    [InlineData(English, "hold'em", "hold'em")]
    [InlineData("п'ять п'ятниця з'єднання об'єкт єднання ять", "п'ять", "п'ять")]
    [InlineData("g'alaba g'arb g'isht bo'lim o'zbek yo'l ko'p", "g'alaba", "g'alaba")]
    [InlineData("Windows'un Windows'a Outlook'un Outlook'a un", "Outlook'un", "Outlook'un")]
    [InlineData("d'images", "d'images", "d'images")]
    [InlineData("d'images d'audio d'éditeur l'outil", "l'outil", "outil")]
    [InlineData("", "'", "'")]
    public void What_was_elided_is_no_part_of_a_word(string corpus, string word, string expected)
    {
        string[] words = corpus.Split(' ');
        Elisions elisions = new();
        foreach (string one in words)
        {
            elisions.Add(one);
        }

        foreach (string one in words)
        {
            elisions.AddAlone(one);
        }

        elisions.Decide();
        Assert.Equal(expected, word[elisions.LengthIn(word)..]);
    }
}
