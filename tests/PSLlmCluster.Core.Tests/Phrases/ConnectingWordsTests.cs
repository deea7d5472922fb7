using PSLlmCluster.Core.Phrases;

namespace PSLlmCluster.Core.Tests.Phrases;

/// <summary>Words that connect others are known by where they stand.</summary>
public sealed class ConnectingWordsTests
{
    private const int Edge = -1;

    [Fact]
    public void A_word_between_many_others_connects_and_one_at_edges_does_not()
    {
        // Word 0 stands between others, word 1 ends texts, and the rest are any.
        Assert.Equal([0], Find([.. Enumerable.Range(0, 60).SelectMany(i => (int[])[2 + (i % 20), 0, 22 + (i % 17), 1, Edge])], 40));
    }

    [Fact]
    public void A_word_in_the_middle_of_a_template_does_not_connect()
    {
        // "my printer queue again": the same few words beside it.
        Assert.Empty(Find([.. Enumerable.Range(0, 60).SelectMany(i => (int[])[2, 0, 3 + (i % 3), 1, Edge])], 10));
    }

    [Fact]
    public void A_word_that_begins_clauses_now_and_then_connects_where_it_ends_none_and_stands_between_very_many_others()
    {
        // "green or blue", and 15 times "or blue".
        Assert.Equal([0], Find([.. Enumerable.Range(0, 100).SelectMany(
            i => i < 15 ? (int[])[0, 1 + i, Edge] : [101 + i, 0, 1 + i, Edge])], 210));

        // The same between few others, and where it ends clauses too.
        Assert.Empty(Find([.. Enumerable.Range(0, 100).SelectMany(
            i => i < 15 ? (int[])[0, 1 + i, Edge] : [101 + (i % 20), 0, 1 + i, Edge])], 210));
        Assert.Empty(Find([.. Enumerable.Range(0, 100).SelectMany(
            i => i < 15 ? (int[])[1 + i, 0, Edge] : [101 + i, 0, 1 + i, Edge])], 210));
    }

    [Fact]
    public void Rare_words_do_not_connect()
        => Assert.Empty(Find([.. Enumerable.Range(0, 20).SelectMany(i => (int[])[1 + i, 0, 21 + i, 1 + ((i + 7) % 20), Edge])], 50));

    [Fact]
    public void A_short_word_is_known_by_few_places_where_chance_would_not_keep_it_from_the_edges()
    {
        // "lamp with desk" eight times, and as often "with" ends or begins.
        List<int> inside = [.. Enumerable.Range(0, 8).SelectMany(i => (int[])[1 + i, 0, 9 + i, Edge])];
        List<int> atEdges = [.. Enumerable.Range(0, 8).SelectMany(i => i < 4 ? (int[])[1 + i, 9 + i, 0, Edge] : [1 + i, 0, 9 + i, Edge])];
        bool[] isShort = [true, .. Enumerable.Repeat(false, 20)];

        Assert.Equal([0], new ConnectingWords(inside, 21).Find(isShort));
        Assert.Empty(new ConnectingWords(inside, 21).Find());
        Assert.Empty(new ConnectingWords(atEdges, 21).Find(isShort));

        // Beside the same words each time it belongs to them, and where words are many, eight are few.
        Assert.Empty(new ConnectingWords([.. Enumerable.Range(0, 8).SelectMany(i => (int[])[1, 0, 9 + i, Edge])], 21).Find(isShort));
        List<int> large = [.. inside, .. Enumerable.Repeat((int[])[17, 18, 19, 20, Edge], 8_000).SelectMany(words => words)];
        Assert.Empty(new ConnectingWords(large, 21).Find(isShort));
    }

    [Fact]
    public void No_cluster_is_called_by_words_that_connect_even_where_it_is_most_of_the_texts()
    {
        string[] things = "printer router screen keyboard mouse laptop phone tablet server camera copier badge desk lamp".Split(' ');
        string[] places = "office kitchen lobby cellar garage library studio canteen attic yard hall gym shop".Split(' ');
        string[] texts =
        [
            .. Enumerable.Range(0, 140).Select(
                i => $"{things[i % 14]} and {things[(i + 3 + (i / 14)) % 14]} of {places[i % 13]} {things[(i + 5) % 14]}"),
            .. Enumerable.Range(0, 12).Select(i => $"Firefox language {i}"),
        ];
        PhraseCorpus corpus = PhraseCorpus.Read(texts, null, CancellationToken.None);
        IReadOnlyList<KeyPhrase>[] phrases = ClusterPhrases.Of(
            corpus, [[.. Enumerable.Range(0, 140)], [.. Enumerable.Range(140, 12)]], [[1], [0]], null, CancellationToken.None);
        Assert.All(
            phrases[0].SelectMany(phrase => (string[])[phrase.Text.Split(' ')[0], phrase.Text.Split(' ')[^1]]),
            word => Assert.DoesNotContain(word, (string[])["and", "of"]));
    }

    private static HashSet<int> Find(List<int> words, int count) => new ConnectingWords(words, count).Find();
}
