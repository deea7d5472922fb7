using PSLlmCluster.Core.Phrases;

namespace PSLlmCluster.Core.Tests.Phrases;

/// <summary>Words that probably connect others are known in sets of a dozen texts, in any language, and topics stay topics.</summary>
public sealed class ConnectingEvidenceTests
{
    private static readonly string[] _tickets =
    [
        "Laptop not charging", "Laptop does not start", "Laptop screen not turning on", "New laptop not in inventory",
        "Need access to shared drive", "Access to finance folder denied", "Please grant access to SharePoint",
        "No access to my old mailbox",
        "Printer jams on second floor", "Printer out of toner", "Cannot print to the new printer", "Printer queue is stuck",
    ];

    private static readonly string[] _recipes =
    [
        "Tarte aux pommes de ma grand-mère", "Tarte à la rhubarbe", "Tarte au citron avec meringue", "Tarte aux poires et au chocolat",
        "Gâteau de carottes aux noix", "Gâteau au chocolat avec du beurre",
        "Soupe de légumes du jardin", "Soupe à l'oignon avec du fromage", "Soupe de poisson de Marseille", "Soupe de lentilles au lard",
        "Velouté de potiron à la crème", "Soupe au pistou et aux haricots",
        "Poulet à la crème et aux champignons", "Poulet au citron et au miel", "Poulet rôti avec des herbes", "Poulet à la tomate",
        "Cuisses de poulet sur le gril", "Poulet au curry et à la mangue",
    ];

    private static readonly string[] _feedback =
    [
        "app crashes when i open the camera", "the app crashes on startup", "app keeps crashing after the update",
        "why does the app crash so often", "app freezes when i scroll", "the app will not start on my tablet",
        "please add a dark mode", "dark mode would be great", "the dark theme is too bright for me", "dark mode does not apply to the menu",
        "my eyes hurt please add dark mode", "can you add a dark icon",
        "i was charged twice this month", "cancel my subscription please", "why was i charged after i cancelled",
        "subscription renewed without notice", "refund for the annual subscription", "price of the subscription went up",
        "sync between phone and laptop is broken", "notes do not sync to the web", "sync takes hours to finish",
        "cannot sync with the desktop client", "lost all notes when i signed in", "sync errors on slow network",
        "export to csv does not work", "the export is missing some columns", "can i export all my notes at once",
        "export button is greyed out", "i want to export to pdf", "csv export has wrong encoding",
    ];

    [Fact]
    public void A_dozen_tickets_are_named_by_their_things()
        => Assert.Equal(["Laptop", "access", "Printer"], Names(_tickets, 4));

    [Fact]
    public void A_word_of_three_letters_that_always_follows_the_same_one_connects_where_both_stand_between_others()
    {
        string[] texts =
        [
            "Home office: VPN does not connect", "Outlook does not show the calendar", "Laptop does not start", "Screen does not turn on",
            "Word does not open a file", "Printer on the third floor", "New monitor for the office", "Laptop for a colleague",
            "Forgot my password", "Access to the archive", "Bring back the old menu", "Start menu is empty", "Old menu on my phone",
        ];
        Dictionary<string, Connection> found = Read(texts);
        Assert.NotEqual(Connection.None, found.GetValueOrDefault("not"));
        Assert.Equal(Connection.None, found.GetValueOrDefault("menu"));
    }

    [Fact]
    public void French_recipes_are_named_by_their_dishes()
    {
        string[] words = ["au", "aux", "à", "la", "le", "de", "du", "des", "et", "avec", "sur"];
        string[] phrases = [.. Phrases(_recipes, 6).SelectMany(own => own.Select(phrase => phrase.Text))];
        Assert.NotEmpty(phrases);
        Assert.All(phrases, phrase => Assert.DoesNotContain(phrase.Split(' ')[0], words));
        Assert.All(phrases, phrase => Assert.DoesNotContain(phrase.Split(' ')[^1], words));
        Assert.Equal(["Tarte", "Soupe", "Poulet"], Names(_recipes, 6));
    }

    [Fact]
    public void What_has_no_other_words_than_these_names_no_group()
    {
        string[] unrelated =
        [
            "Stars form in cold clouds", "Plant tomatoes in full sun", "Bake bread at noon", "Engine overheats", "Passport expired",
            "She plays violin", "River flooded village", "Rates rose again", "Quantum computers", "Old maps", "Rain tomorrow", "Lost keys",
        ];

        Assert.Equal(Connection.Possible, Read(unrelated)["in"]);
        Assert.All(Phrases(unrelated, 2), Assert.Empty);
        Assert.StartsWith(
            "parcel",
            Assert.Single(Phrases(
                ["My parcel was late", "The parcel was wet", "Sun", "Moon", "Two stars", "A sea", "One land", "Hot sand"], 2)[0]).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_word_that_one_group_alone_has_is_its_topic()
        => Assert.Equal(["app", "dark mode", "subscription", "sync", "export"], Names(_feedback, 6));

    [Theory]
    [InlineData("der für mit", "drucker nicht", "Drucker mit Papier;Toner für Drucker;Fach für Papier;Kabel mit Stecker;Taste der Anzeige;"
        + "Farbe der Tinte;Ersatz für Toner;Ablage mit Deckel;Klappe der Ablage;Drucker geht nicht;Toner passt nicht")]
    [InlineData("на для с", "принтер", "Бумага для печати;Ошибка на экране;Кабель с питанием;Тонер на складе;Лоток с бумагой;"
        + "Место для тонера;Кнопка на панели;Ключ для сервера;Новый принтер")]
    [InlineData("με για", "εκτυπωτής", "Χαρτί για φωτογραφίες;Καλώδιο με βύσμα;Μελάνι για γραφείο;Οθόνη με σφάλμα;Θέση για χαρτί;"
        + "Κουτί με μελάνι;Νέος εκτυπωτής")]
    [InlineData("في من", "طابعة", "ورق في درج;حبر من مخزن;خطأ في شاشة;كابل من مصنع;زر في لوحة;صندوق من خشب;شراء طابعة")]
    public void They_are_known_in_any_script(string connecting, string others, string texts)
    {
        Dictionary<string, Connection> found = Read(texts.Split(';'));
        Assert.All(connecting.Split(' '), word => Assert.NotEqual(Connection.None, found.GetValueOrDefault(word)));
        Assert.All(others.Split(' '), word => Assert.Equal(Connection.None, found.GetValueOrDefault(word)));
    }

    [Fact]
    public void Headlines_in_capitals_have_them_too_and_abbreviations_are_none()
    {
        string[] texts =
        [
            "How To Train Your Puppy At Home", "Why Your Dog Barks At Night", "A Guide To Walking Your Dog", "Toys For Dogs And Cats",
            "Ten Ways To Save For A House", "The Truth About Loans", "Where To Stay In Rome", "A Guide To Hiking In Italy",
            "The Best Food For Cats", "The Best Beaches In Greece", "Cheap Flights To Italy And Greece",
        ];
        Assert.All((string[])["to", "in", "for"], word => Assert.NotEqual(Connection.None, Read(texts)[word]));

        string[] tickets = ["my VPN is slow", "the VPN has dropped", "a VPN client for me", "VPN from home", "our VPN asks twice"];
        Assert.DoesNotContain("vpn", Read(tickets));
    }

    [Fact]
    public void Equal_texts_count_once()
        => Assert.Equal(Read(_tickets), Read([.. _tickets, .. _tickets, .. _tickets.Reverse()]));

    [Fact]
    public void Two_letters_that_can_be_spoken_and_have_no_capital_where_others_have_some_may_connect()
    {
        string[] texts =
        [
            "Verbindung bricht ab", "Outlook stürzt beim Öffnen ab", "Neuer Bildschirm für den tv", "Kein Ton am tv", "Zugriff auf Ordner",
            "Drucker im Stock druckt Seiten", "Frage zur Rechnung", "Der Laptop hat keinen Akku", "Im Kalender fehlt der Termin",
            "Mail vom Chef mit Anhang",
        ];
        Dictionary<string, Connection> found = Read(texts);

        Assert.Equal(Connection.Possible, found.GetValueOrDefault("ab"));
        Assert.Equal(Connection.None, found.GetValueOrDefault("tv"));
        Assert.Equal(Connection.None, Read(["verbindung bricht ab", "outlook ab", "ein ton"]).GetValueOrDefault("ab"));
    }

    [Fact]
    public void What_stands_behind_elisions_does_not_connect()
    {
        string[] texts =
        [
            "Demande d'accès au dossier", "Demande d'accès en écriture", "L'accès au lecteur est perdu", "Accès refusé au projet",
            "Pas d'accès au réseau", "Besoin d'un accès au lecteur", "L'imprimante d'un collègue", "Imprimante d'étage", "Un étage",
        ];

        Assert.DoesNotContain("accès", Read(texts));
    }

    [Fact]
    public void Texts_that_end_in_numbers_and_texts_without_words_have_none()
    {
        Assert.DoesNotContain(Read(["wait 10", "wait 20", "wait 30 40", "10 20"]), word => word.Value == Connection.Certain);
        Assert.DoesNotContain(Read(["the 10 of us", "the 10 wars", "the 10"]), word => word.Value == Connection.Certain);
        Assert.Empty(Read(["", " ", "12", "パスワードを忘れた", "비밀번호 재설정"]));
    }

    [Fact]
    public void Rare_words_of_many_texts_are_none()
    {
        IEnumerable<string> many = Enumerable.Range(0, 300).Select(i => $"thing{i} part{i} kind{i} state{i} place{i}");
        Assert.DoesNotContain("of", Read([.. many, "act of war", "proof of concept"]));
    }

    private static Dictionary<string, Connection> Read(string[] texts)
    {
        PhraseCorpus corpus = PhraseCorpus.Read(texts, null, CancellationToken.None);
        return Enumerable.Range(0, corpus.Phrases.Count)
            .Where(phrase => corpus.Phrases[phrase].Size == 1 && corpus.Phrases.ConnectionOf(phrase) != Connection.None)
            .ToDictionary(corpus.Phrases.Word, corpus.Phrases.ConnectionOf);
    }

    private static string[] Names(string[] texts, int size) => [.. Phrases(texts, size).Select(phrases => phrases[0].Text)];

    private static IReadOnlyList<KeyPhrase>[] Phrases(string[] texts, int size)
    {
        int[][] members = [.. Enumerable.Range(0, texts.Length).Chunk(size)];
        int[][] nearest = [.. members.Select(_ => Array.Empty<int>())];
        return ClusterPhrases.Of(PhraseCorpus.Read(texts, null, CancellationToken.None), members, nearest, null, CancellationToken.None);
    }
}
