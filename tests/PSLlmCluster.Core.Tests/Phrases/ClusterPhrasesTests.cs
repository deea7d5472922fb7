using PSLlmCluster.Core.Phrases;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Phrases;

public sealed class ClusterPhrasesTests
{
    [Fact]
    public void Topics_of_Japanese_tickets_have_their_compounds_whole()
        => Assert.Equal(
            ["パスワード", "印刷", "VPN接続", "経費精算"], Phrases(TicketSubjects.Japanese).Select(phrases => phrases[0].Text));

    [Fact]
    public void Topics_of_English_tickets_with_typos_are_named()
        => Assert.Equal(["password", "printer", "VPN", "invoice"], Phrases(TicketSubjects.English).Select(phrases => phrases[0].Text));

    [Fact]
    public void Topics_of_Chinese_Thai_and_Korean_tickets_are_named()
    {
        Assert.Equal(["密码", "打印机", "VPN"], Phrases(TicketSubjects.Chinese).Select(phrases => phrases[0].Text));
        Assert.Equal(["รหัสผ่าน", "เครื่องพิมพ์", "อินเทอร์เน็ต"], Phrases(TicketSubjects.Thai).Select(phrases => phrases[0].Text));
        Assert.Equal(["비밀번호", "프린터", "VPN"], Phrases(TicketSubjects.Korean).Select(phrases => phrases[0].Text));
    }

    [Fact]
    public void Topics_of_French_tickets_are_named_without_elided_articles()
        => Assert.Equal(
            [
                "VPN", "Mot de passe", "Compte", "imprimante", "accès", "facture", "Outlook", "écran", "ordinateur", "son", "Courriel",
            ],
            Phrases(TicketSubjects.French).Select(phrases => phrases[0].Text));

    [Fact]
    public void A_phrase_says_how_many_members_have_it_however_often_each_does()
    {
        KeyPhrase best = Phrases(
            [("a", ["VPN, VPN and VPN", "the vpn", "The VPN is slow", "a line"]), ("b", ["the tea", "a cup of tea", "Tea is hot"])])[0][0];

        Assert.Equal(("VPN", 3), (best.Text, best.Count));
    }

    [Fact]
    public void Words_that_are_everywhere_are_no_phrases_nor_at_the_edge_of_one()
    {
        (string, string[])[] topics =
        [
            ("a", ["the act of war in the east", "an act of war", "the act of war of the king", "acts of war and peace", "of war"]),
            ("b", ["the proof of concept for the board", "a proof of concept", "the proof of concept of a plan", "proof of concept"]),
            ("c", ["the state of the art", "a state of the mind", "the state of a lake", "of the state and the land"]),
        ];

        Assert.Equal(["act of war", "proof of concept", "state"], Phrases(topics).Select(phrases => phrases[0].Text));
        Assert.DoesNotContain(
            Phrases(TicketSubjects.English).SelectMany(phrases => phrases.Take(3)),
            phrase => phrase.Text is "the" or "is" or "to" or "a" or "in" or "on" or "for" or "of");
    }

    [Fact]
    public void A_phrase_is_whole_where_its_last_word_is_a_neighbours_too()
    {
        (string, string[])[] topics =
        [
            (
                "a",
                [
                    "cannot change password", "RE: cannot change password", "[EXT] cannot change password", "cannot change password today",
                ]),
            ("b", ["Password reset please", "forgot my password", "Password expired", "Password reset"]),
        ];
        (string, string[])[] laptops =
        [
            ("a", [.. Enumerable.Range(1, 5).Select(i => $"Laptop wont boot {i}")]),
            ("b", [.. Enumerable.Range(1, 5).Select(i => $"Laptop battery dead {i}")]),
        ];

        Assert.Equal(("cannot change password", 4), (Phrases(topics)[0][0].Text, Phrases(topics)[0][0].Count));
        Assert.Equal(["Laptop wont boot", "Laptop battery dead"], Phrases(laptops).Select(phrases => phrases[0].Text));
    }

    [Fact]
    public void A_phrase_is_written_as_most_members_write_it()
        => Assert.Equal(
            "Microsoft Teams",
            Phrases(
                [("a", ["Microsoft Teams hangs", "microsoft teams: no sound", "open Microsoft\n Teams", "MICROSOFT TEAMS"]),
                ("b", ["coffee machine", "the coffee is cold", "no coffee"])])[0][0].Text);

    [Fact]
    public void An_elision_is_in_a_phrase_and_at_no_beginning_of_one()
    {
        (string, string[])[] topics =
        [
            ("a", ["outil de traitement d'images", "traitement d'images", "un traitement d'images rapide", "traitement d’images"]),
            ("b", ["configuration d’Emacs", "modes d’Emacs", "greffon d’Emacs", "Emacs et l'aide", "d’Emacs"]),
            ("c", ["client d'OpenStack", "réseau d'OpenStack", "l'API d'OpenStack", "l'aide", "l'outil d'OpenStack"]),
            ("d", ["images du bureau", "aide du bureau", "OpenStack et bureau"]),
        ];

        Assert.Equal(["traitement d'images", "Emacs", "OpenStack"], Phrases(topics).Take(3).Select(phrases => phrases[0].Text));
    }

    [Fact]
    public void Of_nested_phrases_the_longest_that_nearly_as_many_have_is_taken_and_no_word_twice()
    {
        IReadOnlyList<KeyPhrase> phrases = Phrases(
            [("a", ["print queue stuck", "the print queue is full", "print queue again", "queue", "print queues", "stuck"]),
            ("b", ["tea time", "time for tea", "tea", "time"])])[0];

        Assert.Equal("print queue", phrases[0].Text);
        Assert.DoesNotContain(phrases.Skip(1), phrase => phrase.Text.Contains("queue", StringComparison.Ordinal));
    }

    [Fact]
    public void A_compound_and_its_part_are_not_both_named_and_the_one_that_more_have_is()
    {
        IReadOnlyList<KeyPhrase>[] phrases = Phrases(
            [
                ("a", ["VPN-Verbindung getrennt", "VPN-Verbindung langsam", "VPN geht", "VPN langsam", "VPN-Client fehlt", "VPN"]),
                ("b", ["Phishing-Mail vom Chef", "Phishing-Mail", "Phishing-Mail erhalten", "Phishing-Mail im Postfach", "Mail"]),
                ("c", ["e-mail client", "e-mail", "e-mail reader", "Claws Mail plugin", "Claws Mail", "Claws Mail theme"]),
                ("d", ["Drucker", "Drucker geht", "Toner fehlt", "Papier"]),
            ]);

        Assert.Equal("VPN", phrases[0][0].Text);
        Assert.DoesNotContain(phrases[0].Skip(1), phrase => phrase.Text.Contains("VPN", StringComparison.Ordinal));
        Assert.Contains(phrases[1], phrase => phrase.Text == "Phishing-Mail");
        Assert.DoesNotContain(phrases[1], phrase => phrase.Text == "Mail");
        Assert.Equal(["Claws Mail", "e-mail"], phrases[2].Select(phrase => phrase.Text).Where(text => text.Contains("ail")).Order());
    }

    [Fact]
    public void A_part_of_several_compounds_stands_for_all_of_them()
    {
        string[] vpn =
        [
            .. Enumerable.Repeat("VPN-Verbindung", 7), .. Enumerable.Repeat("VPN-Client", 6), .. Enumerable.Repeat("VPN", 5),
        ];

        Assert.Equal(
            ["VPN"],
            Phrases([("a", vpn), ("b", ["Drucker", "Drucker geht", "Toner fehlt", "Papier"])])[0]
                .Select(phrase => phrase.Text).Where(text => text.Contains("VPN", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_number_behind_an_elision_is_a_number_in_any_order_of_the_texts()
    {
        string[] first =
        [
            "l'11 septembre", "l'11 septembre", "l'imprimante", "l'imprimante", "l'écran", "imprimante", "écran", "l'accès", "accès",
        ];
        string[] second = ["version 11", "version 11", "version 12"];
        Assert.Equal(Names(first, second), Names([.. second.Reverse()], [.. first.Reverse()]));
        Assert.DoesNotContain(Names(first, second), name => name.StartsWith("11", StringComparison.Ordinal));

        static string[] Names(string[] a, string[] b)
            => [.. Phrases([("a", a), ("b", b)]).SelectMany(phrases => phrases).Select(phrase => phrase.Text).Order()];
    }

    [Fact]
    public void Nearest_clusters_take_away_what_they_share()
    {
        (string, string[])[] topics =
        [
            ("a", ["font for Latin", "font of Latin", "Latin font"]), ("b", ["font for Greek", "font of Greek", "Greek font"]),
            .. Enumerable.Range(0, 6).Select(i => ($"{i}", new[] { $"w{i}x a", $"w{i}x b", $"w{i}x c" })),
        ];
        int[][] near = [[1], [0], .. Enumerable.Range(0, 6).Select(_ => Array.Empty<int>())];

        Assert.Contains("font", string.Join(' ', Phrases(topics)[0].Select(phrase => phrase.Text)), StringComparison.Ordinal);
        Assert.Equal(["Latin"], Phrases(topics, near)[0].Select(phrase => phrase.Text));
    }

    [Fact]
    public void What_a_cluster_shares_with_its_neighbours_names_it_where_nothing_else_does()
    {
        string[] twins = [.. Enumerable.Range(0, 60).Select(i => $"font package x{i}y")];
        (string, string[])[] topics =
        [
            ("a", twins), ("b", twins), .. Enumerable.Range(0, 200).Select(i => ($"{i}", new[] { $"w{i}x a", $"w{i}x b", $"w{i}x c" })),
        ];
        int[][] near = [[1], [0], .. Enumerable.Range(0, 200).Select(_ => Array.Empty<int>())];

        Assert.Equal(["font package", "font package"], Phrases(topics, near).Take(2).Select(phrases => phrases[0].Text));
    }

    [Fact]
    public void A_weight_is_as_many_texts()
    {
        string[] texts = ["VPN is slow", "VPN error", "no tea", "tea time", "cold tea"];
        double[] weights = [3, 1, 2, 1, 1];
        string[] repeated = [.. texts.SelectMany((text, i) => Enumerable.Repeat(text, (int)weights[i]))];

        Assert.Equal(
            Flat(Find(repeated, null, [[0, 1, 2, 3], [4, 5, 6, 7]])), Flat(Find(texts, weights, [[0, 1], [2, 3, 4]])));
    }

    [Fact]
    public void The_order_of_texts_and_of_clusters_changes_no_bit()
    {
        string[] texts = [.. TicketSubjects.English.Concat(TicketSubjects.Japanese).Concat(TicketSubjects.Thai).SelectMany(x => x.Texts)];
        int[] labels = [.. texts.Select((_, i) => i / 15)];
        IReadOnlyList<KeyPhrase>[] expected = Find(texts, null, Members(labels, [.. Enumerable.Range(0, texts.Length)]));
        int[] order = [.. Enumerable.Range(0, texts.Length).OrderBy(i => i * 37 % 101)];

        Assert.Equal(Flat(expected), Flat(Find([.. order.Select(i => texts[i])], null, Members(labels, order))));
    }

    [Fact]
    public void One_group_alone_has_phrases_and_texts_without_words_have_none()
    {
        Assert.Equal("Theorem", Phrases([("a", ["Green's Theorem", "Bayes' Theorem", "Stokes' Theorem"])])[0][0].Text);
        Assert.Empty(Phrases([("a", ["", " ", "\U0001F600"]), ("b", ["12", "12 34", "12"])]).SelectMany(phrases => phrases));
        Assert.Empty(Find([null, null], null, [[0, 1]])[0]);
    }

    [Fact]
    public void Logs_are_named_by_their_words_and_not_by_their_numbers()
    {
        (string, string[])[] topics =
        [
            ("a", Lines(i => $"ERROR [pool-{i}] Connection timed out ({i * 37} ms)")),
            ("b", Lines(i => $"WARN [http-{i}] Failed login for user u{i}{i}")),
        ];

        Assert.Equal(["Connection timed out", "Failed login for user"], Phrases(topics).Select(phrases => phrases[0].Text));

        static string[] Lines(Func<int, string> line)
            => [.. Enumerable.Range(0, 20).Select(i => $"2026-11-{i + 1:00} 12:{i:00}:01 {line(i)}")];
    }

    [Fact]
    public void A_longer_phrase_takes_the_place_of_no_shorter_one_by_way_of_one_between()
    {
        string[] texts =
        [
            .. Enumerable.Repeat("network drive S: missing", 4), "new drive S", "old drive S", "shared drive", "drive full", "no drive",
            "drive gone",
        ];
        IReadOnlyList<KeyPhrase> phrases = Phrases([("a", texts), ("b", ["tea time", "a cup of tea", "green tea", "tea, please"])])[0];

        Assert.Equal(("drive", 10), (phrases[0].Text, phrases[0].Count));
    }

    [Fact]
    public void What_is_cut_out_of_a_sentence_that_is_written_again_and_again_is_no_phrase()
    {
        (string, string[])[] topics =
        [
            ("a",
                [
                    .. Enumerable.Repeat("docking station blocks every new laptop", 5),
                    .. Enumerable.Range(0, 5).Select(i => $"w{i} laptop"),
                ]),
            ("b", [.. Enumerable.Repeat("please help: printer stuck", 3), "the printer", "no printer", "printer is slow"]),
        ];
        string[] phrases = [.. Phrases(topics)[0].Select(phrase => phrase.Text)];

        Assert.Equal("laptop", phrases[0]);
        Assert.Contains("docking station", phrases);
        Assert.DoesNotContain(phrases, phrase => phrase.Split(' ').Length > 2);
    }

    [Fact]
    public void A_phrase_of_four_words_is_no_piece_for_how_other_texts_go_on()
    {
        // "main" stands before "server room door handle" alone.
        (string, string[])[] topics =
        [
            ("a",
                [
                    .. Enumerable.Range(0, 5).Select(i => $"w{i}x server room door lock"),
                    .. Enumerable.Repeat("main server room door handle", 20),
                ]),
            ("b", [.. Enumerable.Range(0, 30).Select(i => $"tea v{i}x")]),
        ];
        PhraseCorpus corpus = PhraseCorpus.Read([.. topics.SelectMany(topic => topic.Item2)], null, CancellationToken.None);
        PhraseCounts counts = PhraseCounts.Of(corpus, [.. Enumerable.Range(0, 25)], new PhraseScratch(corpus.Phrases.Count));
        int phrase = counts.Phrases.Single(number => corpus.Phrases.Key(number) == "server room door lock");
        Assert.DoesNotContain(phrase, SentencePieces.Of(corpus.Phrases, counts, []));
        int piece = counts.Phrases.Single(number => corpus.Phrases.Key(number) == "server room door handle");
        Assert.Contains(piece, SentencePieces.Of(corpus.Phrases, counts, []));
    }

    [Fact]
    public void No_phrase_ends_with_a_word_that_hardly_ever_ends_one()
    {
        string[] lands = ["Peru", "Chile", "Spain", "Italy", "France", "Kenya", "Nepal", "Japan", "Cuba", "Iran"];
        (string, string[])[] topics =
        [
            ("a", [.. Enumerable.Range(0, 60).Select(i => $"{Number(i)} city in {lands[i % 10]} {Number(i + 3)}")]),
            ("b", [.. Enumerable.Range(0, 60).Select(i => $"in the {Number(i)} {(i % 3 == 0 ? "fruit" : "plant")}")]),
            ("c", [.. Enumerable.Range(0, 60).Select(i => $"the {Number(i)} {(i % 3 == 0 ? "song" : "dance")} in {Number(i + 7)}")]),
        ];

        IReadOnlyList<KeyPhrase>[] phrases = Phrases(topics);
        Assert.Equal("city", phrases[0][0].Text);
        Assert.DoesNotContain(phrases.SelectMany(found => found), phrase => phrase.Text.EndsWith(" in", StringComparison.Ordinal));
        Assert.DoesNotContain(phrases.SelectMany(found => found), phrase => phrase.Text.EndsWith(" the", StringComparison.Ordinal));

        static string Number(int i) => $"{(char)('a' + (i % 20))}{(char)('a' + (i / 20))}x";
    }

    private static IReadOnlyList<KeyPhrase>[] Phrases((string Topic, string[] Texts)[] topics, int[][]? nearest = null)
    {
        string[] texts = [.. topics.SelectMany(topic => topic.Texts)];
        int[] labels = [.. topics.SelectMany((topic, i) => Enumerable.Repeat(i, topic.Texts.Length))];
        return Find(texts, null, Members(labels, [.. Enumerable.Range(0, texts.Length)]), nearest);
    }

    // The places in an order of the members of each label.
    private static int[][] Members(int[] labels, int[] order)
        =>
        [
            .. labels.Distinct().Order().Select(
                label => Enumerable.Range(0, order.Length).Where(i => labels[order[i]] == label).ToArray()),
        ];

    private static IReadOnlyList<KeyPhrase>[] Find(string?[] texts, double[]? weights, int[][] members, int[][]? nearest = null)
        => ClusterPhrases.Of(
            PhraseCorpus.Read(texts, weights, CancellationToken.None),
            members,
            nearest ?? [.. members.Select(_ => Array.Empty<int>())],
            null,
            CancellationToken.None);

    private static string[] Flat(IReadOnlyList<KeyPhrase>[] phrases)
        => [.. phrases.Select(list => string.Join("; ", list.Select(phrase => $"{phrase.Text} {phrase.Count} {phrase.Score:R}")))];
}
