using System.Runtime.InteropServices;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Phrases;

/// <summary>Returns what of a text is read.</summary>
/// <param name="text">The number of the text.</param>
/// <returns>Its beginning.</returns>
internal delegate ReadOnlySpan<char> TextSource(int text);

/// <summary>The tokens of all texts, and what they say together of how they are parted into words.</summary>
internal sealed class CorpusTokens
{
    private readonly ValueList<TextToken> _all = new();
    private readonly int[] _begins;

    private CorpusTokens(int count) => _begins = new int[count + 1];

    /// <summary>Gets what cuts runs into words; null where there are none.</summary>
    public RunCutter? Cutter { get; private set; }

    /// <summary>Gets the elisions that words may begin with.</summary>
    public Elisions Elisions { get; } = new();

    /// <summary>Gets how many tokens there are.</summary>
    public int Count => _all.Count;

    /// <summary>Reads texts.</summary>
    /// <param name="source">The texts.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>Their tokens.</returns>
    public static CorpusTokens Read(TextSource source, int count, CancellationToken token)
    {
        CorpusTokens tokens = new(count);
        ValueList<TextToken> found = new();
        Dictionary<string, int> runs = new(StringComparer.Ordinal);
        Dictionary<string, int> joined = new(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            token.ThrowIfCancellationRequested();
            ReadOnlySpan<char> text = source(i);
            TextTokens.Read(text, found);
            tokens._all.Add(found);
            tokens._begins[i + 1] = tokens._all.Count;
            int end = -1;
            foreach (TextToken one in found.Items)
            {
                ReadOnlySpan<char> written = text.Slice(one.Start, one.Length);
                if (RunCutter.IsRead(one.Kind))
                {
                    AddTo(runs, written);
                    if (one.Start == end)
                    {
                        AddTo(joined, written);
                    }
                }
                else if (one.Kind == WordKind.Word)
                {
                    tokens.Elisions.Add(written);
                }

                end = one.Start + one.Length;
            }
        }

        tokens.Cutter = runs.Count > 0 ? new RunCutter(runs, joined) : null;
        tokens.FindElisions(source, token);
        return tokens;
    }

    /// <summary>Returns the tokens of a text.</summary>
    /// <param name="text">The number of the text.</param>
    /// <returns>Its tokens, in order.</returns>
    public ReadOnlySpan<TextToken> Of(int text) => _all.Items[_begins[text].._begins[text + 1]];

    private static void AddTo(Dictionary<string, int> counts, ReadOnlySpan<char> run)
        => CollectionsMarshal.GetValueRefOrAddDefault(counts.GetAlternateLookup<ReadOnlySpan<char>>(), run, out _)++;

    private void FindElisions(TextSource source, CancellationToken token)
    {
        if (!Elisions.IsPossible)
        {
            return;
        }

        for (int i = 0; i + 1 < _begins.Length; i++)
        {
            token.ThrowIfCancellationRequested();
            ReadOnlySpan<char> text = source(i);
            foreach (TextToken one in Of(i))
            {
                if (one.Kind == WordKind.Word)
                {
                    Elisions.AddAlone(text.Slice(one.Start, one.Length));
                }
            }
        }

        Elisions.Decide();
    }
}
