using PSLlmCluster.Core.Phrases;

namespace PSLlmCluster.Core.Tests.Phrases;

/// <summary>Long runs of katakana are cut into words that stand by themselves elsewhere, and into nothing else.</summary>
public sealed class KatakanaCutterTests
{
    // Runs of descriptions of packages; ドキュメン, メント and ティング are no words, however often they occur.
    private static readonly KatakanaCutter _cutter = new(
    [
        "ドキュメンテーション", "ドキュメント", "プレゼンテーション", "ステーション", "ゲーム", "パズル", "パズルゲーム", "ボード", "ボードゲーム",
        "シューティングゲーム", "マルチプロセッサ", "クライアントライブラリ", "クライアント", "ライブラリ", "データベース", "データ", "ベース",
        "データベースライブラリ", "ランタイムライブラリ", "ランタイム", "ファイル", "ランタイムファイル", "ビットランタイムファイル", "ビット",
        "パーティ", "パーティション", "パーティショニング", "ドッキングステーション", "ノートパソコン",
    ]);

    [Theory]
    [InlineData("ドキュメンテーション", "ドキュメンテーション")]
    [InlineData("シューティングゲーム", "シューティング ゲーム")]
    [InlineData("クライアントライブラリ", "クライアント ライブラリ")]
    [InlineData("マルチプロセッサ", "マルチプロセッサ")]
    [InlineData("データベースライブラリ", "データベース ライブラリ")]
    [InlineData("ビットランタイムファイル", "ビット ランタイム ファイル")]
    [InlineData("パーティショニング", "パーティショニング")]
    [InlineData("ドッキングステーション", "ドッキングステーション")]
    [InlineData("プロジェクトフォルダ", "プロジェクトフォルダ")]
    public void Words_are_whole(string run, string expected)
    {
        List<string> words = [];
        int at = 0;
        foreach (int length in _cutter.Cut(run))
        {
            words.Add(run.Substring(at, length));
            at += length;
        }

        Assert.Equal(expected, string.Join(' ', words));
    }

    [Fact]
    public void A_run_as_long_as_a_text_is_cut_too_and_nothing_of_it_is_lost()
    {
        string run = string.Concat(Enumerable.Repeat("クライアントライブラリゲーム", 140));

        int[] lengths = _cutter.Cut(run);
        Assert.Equal(3 * 140, lengths.Length);
        Assert.Equal(run.Length, lengths.Sum());
        Assert.Equal([2000], _cutter.Cut(new string('ア', 2000)));
        Assert.Equal([100_000], _cutter.Cut(new string('ア', 100_000)));
    }

    [Fact]
    public void Nothing_is_cut_before_a_character_that_begins_no_word_nor_behind_a_doubled_consonant()
    {
        KatakanaCutter cutter = new(["サーバ", "ーブラウザ", "ブラウザ", "ンライブラリ", "ライブラリ", "オンライン", "スラッ", "シュライブラリ"]);

        Assert.Equal([10], cutter.Cut("サーバンライブラリー"));
        Assert.Equal([9], cutter.Cut("スラッシュライブラ"));
        Assert.Equal([10], cutter.Cut("スラッシュライブラリ"));
    }
}
