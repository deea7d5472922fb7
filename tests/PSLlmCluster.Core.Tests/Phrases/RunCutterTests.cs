using PSLlmCluster.Core.Phrases;

namespace PSLlmCluster.Core.Tests.Phrases;

public sealed class RunCutterTests
{
    [Fact]
    public void Chinese_runs_are_cut_where_much_can_follow()
    {
        string[] runs =
        [
            "打印机无法打印", "三楼打印机卡纸", "打印机脱机", "打印机墨盒", "网络打印机", "打印机驱动", "打印机", "密码重置邮件", "重置密码",
            "登录密码", "密码过期", "修改密码", "忘记密码", "密码", "密码重置",
        ];
        RunCutter cutter = new(runs.ToDictionary(run => run, _ => 2, StringComparer.Ordinal));

        Assert.Contains("打印机", Pieces(cutter, "三楼打印机卡纸", WordKind.Ideographs));
        Assert.Equal(["重置", "密码"], Pieces(cutter, "重置密码", WordKind.Ideographs));
    }

    [Fact]
    public void Marks_and_vowels_of_Thai_stay_with_their_consonant()
    {
        string[] runs =
        [
            "เครื่องพิมพ์ใช้งานไม่ได้", "เครื่องพิมพ์กระดาษติด", "ขอเปลี่ยนหมึกเครื่องพิมพ์", "ติดตั้งเครื่องพิมพ์ใหม่", "เครื่องพิมพ์",
        ];
        RunCutter cutter = new(runs.ToDictionary(run => run, _ => 1, StringComparer.Ordinal));

        foreach (string run in runs)
        {
            string[] pieces = Pieces(cutter, run, WordKind.Spaceless);
            Assert.Equal(run, string.Concat(pieces));
            Assert.All(pieces, piece => Assert.True(piece[^1] is < '\u0E40' or > '\u0E44', piece));
            Assert.All(pieces, piece => Assert.True(piece[0] is (>= '\u0E01' and <= '\u0E2E') or (>= '\u0E40' and <= '\u0E44'), piece));
        }
    }

    [Fact]
    public void What_always_occurs_together_is_not_cut_though_a_word_is_long()
    {
        string[] runs =
        [
            "จองห้องประชุมซ้ำกัน", "ยกเลิกการจองห้องประชุม", "ห้องประชุมไม่มีโปรเจกเตอร์", "ขอสิทธิ์เข้าถึงโฟลเดอร์โครงการ",
            "ไม่มีสิทธิ์เขียนในโฟลเดอร์", "โฟลเดอร์เต็ม", "อีเมลส่งไม่ออก",
        ];
        RunCutter cutter = new(runs.ToDictionary(run => run, _ => 1, StringComparer.Ordinal));

        Assert.EndsWith("ห้องประชุม", Pieces(cutter, runs[1], WordKind.Spaceless)[^1], StringComparison.Ordinal);
        Assert.Contains("สิทธิ์", Pieces(cutter, runs[3], WordKind.Spaceless));
    }

    [Fact]
    public void What_belongs_to_the_word_before_is_cut_off_and_begins_no_word()
    {
        Dictionary<string, int> runs = new(StringComparer.Ordinal) { ["語辞書"] = 8, ["語"] = 4, ["辞書"] = 2, ["版"] = 1, ["接続"] = 3 };
        Dictionary<string, int> joined = new(StringComparer.Ordinal) { ["語辞書"] = 8, ["語"] = 4, ["接続"] = 3, ["版"] = 1 };
        RunCutter cutter = new(runs, joined);

        Assert.Equal(["語", "辞書"], Pieces(cutter, "語辞書", WordKind.Ideographs));
        Assert.True(cutter.IsAffix("語", WordKind.Ideographs));
        Assert.False(cutter.IsAffix("版", WordKind.Ideographs));
        Assert.False(cutter.IsAffix("接", WordKind.Ideographs));
    }

    [Fact]
    public void Nothing_is_cut_before_a_sign_of_repetition()
    {
        string[] runs = ["人々検索", "人検索", "様々検索", "々検索", "国々一覧", "検索一覧"];
        RunCutter cutter = new(runs.ToDictionary(run => run, _ => 3, StringComparer.Ordinal));

        Assert.All(
            runs.Where(run => run[0] != '々').SelectMany(run => Pieces(cutter, run, WordKind.Ideographs)),
            piece => Assert.NotEqual('々', piece[0]));
    }

    [Fact]
    public void A_run_that_was_never_seen_is_cut_and_nothing_of_it_is_lost()
    {
        RunCutter cutter = new(new Dictionary<string, int> { ["接続障害"] = 3 });

        Assert.Equal("未知文字列", string.Concat(Pieces(cutter, "未知文字列", WordKind.Ideographs)));
    }

    private static string[] Pieces(RunCutter cutter, string run, WordKind kind)
    {
        List<string> pieces = [];
        int at = 0;
        foreach (int length in cutter.Cut(run, kind))
        {
            pieces.Add(run.Substring(at, length));
            at += length;
        }

        return [.. pieces];
    }
}
