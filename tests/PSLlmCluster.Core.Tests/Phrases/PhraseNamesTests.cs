using PSLlmCluster.Core.Phrases;

namespace PSLlmCluster.Core.Tests.Phrases;

public sealed class PhraseNamesTests
{
    [Fact]
    public void Up_to_three_phrases_make_a_name_as_long_as_they_are_short_and_sure()
        => Assert.Equal(
            ["one, two, three", "one, two", "a phrase that is rather long by itself", "Group 3"],
            Names(
                [
                    new(Phrases(("one", 9), ("two", 8), ("three", 7), ("four", 7))),
                    new(Phrases(("one", 9), ("two", 8), ("three", 2))),
                    new(Phrases(("a phrase that is rather long by itself", 9), ("two", 8))),
                    new([]),
                ]));

    [Fact]
    public void Further_phrases_tell_names_apart_and_at_last_a_number()
        => Assert.Equal(
            ["one, two, three", "One, two, three, five", "one, two, three (2)", "Group 3"],
            Names(
                [
                    new(Phrases(("one", 9), ("two", 8), ("three", 7), ("four", 7))),
                    new(Phrases(("One", 9), ("two", 8), ("three", 7), ("five", 7))),
                    new(Phrases(("one", 9), ("two", 8), ("three", 7))),
                    new([], "  ", " \u200B\n"),
                ]));

    [Fact]
    public void A_phrase_of_few_members_is_passed_over_where_the_first_has_many_more_or_is_far_surer()
        => Assert.Equal(
            ["one, three", "one, two", "one, two (2)"],
            Names(
                [
                    new([new("one", 20, 9), new("two", 4, 8), new("three", 5, 4)]),
                    new([new("one", 4, 9), new("two", 3, 5), new("three", 4, 4)]),
                    new([new("one", 4, 9), new("two", 3, 5)]),
                ]));

    [Fact]
    public void A_word_of_two_among_many_members_names_nothing_where_it_is_all_they_share()
        => Assert.Equal(
            ["Storm spreads north", "spreads", "spreads, storm", "spreads (2)"],
            Names(
                [
                    new(Phrases(("spreads", 1)), null, "Storm spreads north", Members: 9),
                    new(Phrases(("spreads", 1)), null, "Storm spreads north", Members: 8),
                    new(Phrases(("spreads", 1), ("storm", 1)), null, "Storm spreads north", Members: 9),
                    new(Phrases(("spreads", 1)), Members: 9),
                ]));

    [Fact]
    public void A_given_name_wins_and_made_ones_make_room()
        => Assert.Equal(
            ["one (2)", "one", "VPN at home", "VPN at home (2)"],
            Names(
                [
                    new(Phrases(("one", 9))), new(Phrases(("two", 9)), "one"), new([], "VPN\n at  home "),
                    new(Phrases(("x", 1)), "VPN at home"),
                ]));

    [Fact]
    public void A_text_stands_for_a_cluster_of_one_text_or_of_no_phrase_and_is_cut_at_a_word()
        => Assert.Equal(
            ["Disk full on /dev/sda1", "The quick brown fox jumps over the lazy…", "\U0001F600\U0001F600"],
            Names(
                [
                    new(Phrases(("Disk full", 9)), null, "Disk full on /dev/sda1", IsOneText: true),
                    new([], null, "The quick\tbrown fox jumps over the lazy dog and the cat"),
                    new([], null, "\U0001F600\U0001F600"),
                ]));

    [Fact]
    public void No_character_is_cut_in_two()
    {
        string family = "\U0001F468\u200D\U0001F469\u200D\U0001F467";
        string name = Assert.Single(Names([new([], null, string.Concat(Enumerable.Repeat(family, 60)))]));

        Assert.Equal(string.Concat(Enumerable.Repeat(family, 39)) + "…", name);
    }

    private static string[] Names(NameParts[] clusters) => PhraseNames.Of(clusters, PhraseNames.Whole, c => $"Group {c}");

    private static KeyPhrase[] Phrases(params (string Text, double Score)[] phrases)
        => [.. phrases.Select(phrase => new KeyPhrase(phrase.Text, 2, phrase.Score))];
}
