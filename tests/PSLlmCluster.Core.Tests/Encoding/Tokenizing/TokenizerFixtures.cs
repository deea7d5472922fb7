using System.Text.Json;
using PSLlmCluster.Core.Encoding.Tokenizing;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Encoding.Tokenizing;

/// <summary>Vocabularies and what tests do with a tokenizer.</summary>
internal static class TokenizerFixtures
{
    /// <summary>Returns XLM-RoBERTa's vocabulary, of whose pieces only those are there that tests need, under their ids.</summary>
    public static EncoderVocabulary XlmRoberta()
    {
        JsonElement json = GoldenSet.Tokenizing.Json("xlm-roberta.json");
        string[] tokens = new string[250_002];
        float[] scores = new float[tokens.Length];
        int[] types = new int[tokens.Length];
        Array.Fill(tokens, string.Empty);
        Array.Fill(types, 5);
        (tokens[0], tokens[1], tokens[2], tokens[3]) = ("<s>", "<pad>", "</s>", "<unk>");
        (types[0], types[1], types[2], types[3]) = (3, 3, 3, 2);
        foreach (JsonElement piece in json.GetProperty("pieces").EnumerateArray())
        {
            int id = piece[0].GetInt32();
            tokens[id] = piece[1].GetString()!;
            scores[id] = (float)piece[2].GetDouble();
            types[id] = 1;
        }

        return new EncoderVocabulary
        {
            Kind = TokenizerKind.Unigram,
            Source = "xlm-roberta",
            Tokens = tokens,
            Scores = scores,
            Types = types,
            BeginId = json.GetProperty("begin").GetInt32(),
            EndId = json.GetProperty("end").GetInt32(),
            UnknownId = json.GetProperty("unknown").GetInt32(),
            CharacterMap = GoldenSet.Tokenizing.Bytes("xlm-roberta.charsmap"),
        };
    }

    /// <summary>Returns a WordPiece vocabulary of pieces, before which stand [UNK], [CLS] and [SEP].</summary>
    public static EncoderVocabulary WordPieces(params string[] pieces) => new()
    {
        Kind = TokenizerKind.WordPiece,
        Source = "a test",
        Tokens = ["[UNK]", "[CLS]", "[SEP]", .. pieces],
        Types = [3, 3, 3, .. pieces.Select(_ => 1)],
        UnknownId = 0,
        BeginId = 1,
        EndId = 2,
    };

    /// <summary>Returns a unigram vocabulary of pieces, before which stand &lt;s&gt;, &lt;/s&gt; and &lt;unk&gt;.</summary>
    public static EncoderVocabulary Unigrams(params (string Piece, float Score)[] pieces) => new()
    {
        Kind = TokenizerKind.Unigram,
        Source = "a test",
        Tokens = ["<s>", "</s>", "<unk>", .. pieces.Select(piece => piece.Piece)],
        Scores = [0, 0, 0, .. pieces.Select(piece => piece.Score)],
        Types = [3, 3, 2, .. pieces.Select(_ => 1)],
        UnknownId = 2,
        BeginId = 0,
        EndId = 1,
    };

    /// <summary>Returns the content tokens of a text.</summary>
    public static int[] Content(this EncoderTokenizer tokenizer, string text)
    {
        TokenList tokens = new();
        tokenizer.Tokenize(text, tokens, default);
        return tokens.Tokens.ToArray();
    }

    /// <summary>Requires the tokens of texts in a JSON array of objects with text and tokens.</summary>
    public static void RequireTokens(EncoderTokenizer tokenizer, JsonElement texts)
    {
        Assert.NotEqual(0, texts.GetArrayLength());
        foreach (JsonElement text in texts.EnumerateArray())
        {
            int[] expected = [.. text.GetProperty("tokens").EnumerateArray().Select(token => token.GetInt32())];
            RequireEqual(expected, tokenizer.Content(text.GetProperty("text").GetString()!), text.GetProperty("text").GetString()!);
        }
    }

    /// <summary>Requires equal tokens, and shows the text's code units where they are not.</summary>
    public static void RequireEqual(int[] expected, int[] actual, string text)
        => Assert.True(
            expected.AsSpan().SequenceEqual(actual),
            $"{string.Join(' ', text.Select(unit => ((int)unit).ToString("x4", null)))}: "
                + $"{string.Join(' ', actual)} instead of {string.Join(' ', expected)}");
}
