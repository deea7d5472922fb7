using System.Collections.ObjectModel;
using PSLlmCluster.Core.Phrases;

namespace PSLlmCluster.Core.Tests.Phrases;

/// <summary>Of words of Hangul endings are taken off, and nothing else is cut.</summary>
public sealed class ParticleCutterTests
{
    private static readonly string[] _words =
    [
        "드라이버", "드라이버를", "프라이버시", "프린터", "프린터를", "프린터가", "모니터가", "모니터를", "비밀번호", "비밀번호가", "서버", "서버에",
        "서버에서", "폴더", "폴더에", "데이타베이스", "데이타", "라이브러리",
    ];

    [Theory]
    [InlineData("드라이버를", "드라이버 를")]
    [InlineData("드라이버", "드라이버")]
    [InlineData("프라이버시", "프라이버시")]
    [InlineData("모니터가", "모니터 가")]
    [InlineData("폴더에", "폴더 에")]
    [InlineData("데이타베이스", "데이타베이스")]
    [InlineData("라이브러리", "라이브러리")]
    [InlineData("처음보는말", "처음보는말")]
    public void Endings_fall_off(string word, string expected)
        => Assert.Equal(expected, Cut(new ParticleCutter(_words, ReadOnlyDictionary<string, int>.Empty), word));

    [Fact]
    public void What_stands_behind_other_scripts_is_an_ending_sooner()
    {
        string[] words = ["설치", "설치를", "를"];

        Assert.Equal("설치를", Cut(new ParticleCutter(words, ReadOnlyDictionary<string, int>.Empty), "설치를"));
        Assert.Equal("설치 를", Cut(new ParticleCutter(words, new Dictionary<string, int> { ["를"] = 1 }), "설치를"));
    }

    private static string Cut(ParticleCutter cutter, string word)
    {
        List<string> pieces = [];
        int at = 0;
        foreach (int length in cutter.Cut(word))
        {
            pieces.Add(word.Substring(at, length));
            at += length;
        }

        return string.Join(' ', pieces);
    }
}
