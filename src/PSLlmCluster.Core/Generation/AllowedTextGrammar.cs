using System.Globalization;
using System.Text;

namespace PSLlmCluster.Core.Generation;

/// <summary>A grammar, in the notation of llama.cpp, whose texts are those of a list.</summary>
internal static class AllowedTextGrammar
{
    /// <summary>Writes the grammar.</summary>
    /// <param name="texts">The texts, 1 or more, without NUL characters and halves of surrogate pairs.</param>
    /// <returns>The grammar.</returns>
    public static string Of(IEnumerable<string> texts)
    {
        StringBuilder grammar = new("root ::= ");
        string separator = string.Empty;
        foreach (string text in texts.Distinct(StringComparer.Ordinal))
        {
            grammar.Append(separator).Append('"');
            foreach (char character in text)
            {
                _ = character switch
                {
                    '\\' or '"' => grammar.Append('\\').Append(character),
                    < ' ' or '\x7F' => grammar.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:X2}"),
                    _ => grammar.Append(character),
                };
            }

            grammar.Append('"');
            separator = " | ";
        }

        return grammar.ToString();
    }
}
