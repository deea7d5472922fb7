using PSLlmCluster.Core.Shards;

namespace PSLlmCluster.Core.Tests.Shards;

public class PackedTextsTests
{
    [Fact]
    public void Texts_come_back_as_they_were()
    {
        string?[] kinds =
        [
            "plain", null, string.Empty, "Ärger – 猫 😀", "猫の手も借りたい",
            "half \ud83d alone", "\udc00", "nul\0", new('x', 3 << 20), new('猫', 1 << 20),
        ];
        string?[] all = [.. Enumerable.Range(0, 40_000).Select(i => i < 20 ? kinds[i % kinds.Length] : kinds[i % 8] + i)];
        PackedTexts texts = new();
        texts.Reserve(100);
        texts.Add(all.AsSpan(0, 15));
        texts.Add([]);
        texts.Add(all.AsSpan(15));

        Assert.Equal(all.Length, texts.Count);
        Assert.Equal(all, texts);
        Assert.Equal(all[9], texts[9]);
        Assert.Throws<ArgumentOutOfRangeException>(() => texts[all.Length]);
        Assert.Throws<ArgumentOutOfRangeException>(() => texts[-1]);
    }

    [Fact]
    public void Latin_texts_take_half_of_what_strings_do()
    {
        const int Count = 50_000;
        string[] all = [.. Enumerable.Range(0, Count).Select(i => $"the text of row {i}, some fifty letters as titles are")];
        long before = GC.GetAllocatedBytesForCurrentThread();
        PackedTexts texts = new();
        texts.Reserve(Count);
        texts.Add(all);
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        long strings = all.Sum(text => 22L + sizeof(char) * text.Length + sizeof(long));

        Assert.Equal(all, texts);
        Assert.True(taken < 0.55 * strings, $"{taken} bytes, and strings take {strings}.");
    }
}
