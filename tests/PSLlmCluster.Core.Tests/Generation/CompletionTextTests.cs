using PSLlmCluster.Core.Generation;

namespace PSLlmCluster.Core.Tests.Generation;

public sealed class CompletionTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("<think>\nwell\n</think>\n\nName", "Name")]
    [InlineData("<think></think>Name", "Name")]
    [InlineData("well, then\n</think>\nName", "Name")]
    [InlineData("<think>never ends", "")]
    [InlineData("Name<think>again", "Name")]
    public void Thinking_is_removed_or_kept(string written, string answer)
    {
        Assert.Equal(answer, Of(new GenerationOptions(), written).EndedText([]));
        Assert.Equal(written, Of(new GenerationOptions { Thinking = ThinkingHandling.Keep }, written).EndedText([]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_stop_string_counts_across_tokens_and_the_first_one_ends_the_text(int size)
    {
        CompletionText text = new(new GenerationOptions { StopStrings = ["。。", "END", "\n"] });
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes("日本。x。。tail END");
        string? stopped = null;
        for (int i = 0; i < bytes.Length && stopped is null; i += size)
        {
            byte[] piece = bytes[i..Math.Min(i + size, bytes.Length)];
            stopped = text.StoppedText(piece);
            text.Append(piece);
        }

        Assert.Equal("日本。x", stopped);
    }

    [Fact]
    public void A_stop_string_within_thinking_does_not_count()
    {
        CompletionText text = Of(new GenerationOptions { StopStrings = ["\n"] }, "<think>a\nb");
        Assert.Null(text.StoppedText("\n</think>\nName"u8));
        Assert.Equal("Name", text.StoppedText("\n</think>\nName\n"u8));
    }

    [Theory]
    [InlineData("<think>a\nb</think>\nName", "Name")]
    [InlineData("a\nb</thinking> Name", "Name")]
    [InlineData("<thinking>a</thinking><think>b</think>Name", "Name")]
    [InlineData("[THINK]a <think> b[/THINK]Name", "Name")]
    [InlineData("◁think▷a◁/think▷Name", "Name")]
    [InlineData("<reasoning>a\nb</reasoning>\n\nName", "Name")]
    [InlineData("<seed:think>a</seed:think>Name", "Name")]
    [InlineData("<|begin_of_thought|>a<|end_of_thought|>Name", "Name")]
    [InlineData("<thought>goes on", "")]
    [InlineData("Name [THINK] goes on", "Name ")]
    [InlineData("Deep thinking and reasoning", "Deep thinking and reasoning")]
    public void Thinking_is_taken_out_however_a_model_spells_it(string text, string answer)
    {
        Assert.Equal(answer, Of(new GenerationOptions(), text).EndedText([]));
        Assert.Equal(text, Of(new GenerationOptions { Thinking = ThinkingHandling.Keep }, text).EndedText([]));
    }

    [Fact]
    public void Looking_ahead_adds_nothing()
    {
        CompletionText text = Of(new GenerationOptions { StopStrings = ["!"] }, "a");
        Assert.Equal("ab", text.StoppedText("b!"u8));
        Assert.Equal("ab", text.EndedText("b"u8));
        Assert.Equal("a", text.EndedText([]));
    }

    [Theory]
    [InlineData(new byte[] { }, "")]
    [InlineData(new byte[] { 0x61, 0xE6 }, "a")]
    [InlineData(new byte[] { 0x61, 0xE6, 0x97 }, "a")]
    [InlineData(new byte[] { 0xE6, 0x97, 0xA5 }, "日")]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x98 }, "")]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x98, 0x80 }, "😀")]
    [InlineData(new byte[] { 0x61, 0x97, 0x62 }, "a\uFFFDb")]
    [InlineData(new byte[] { 0x61, 0x97 }, "a\uFFFD")]
    public void Half_a_character_at_the_end_is_left_out(byte[] bytes, string text) => Assert.Equal(text, Utf8Text.Decode(bytes));

    [Fact]
    public void Taken_texts_are_compared_without_case_and_outer_space_and_punctuation()
    {
        TakenTexts taken = new([" Sea Birds"]);
        Assert.True(taken.Contains("sea birds\n"));
        Assert.True(taken.Contains("\"Sea birds\"."));
        Assert.False(taken.Contains("sea  birds"));
        Assert.False(taken.Contains("..."));
        Assert.True(new TakenTexts(["... "]).Contains(" ..."));
        taken.Add("X ");
        Assert.True(taken.Contains("x"));
    }

    private static CompletionText Of(GenerationOptions options, string text)
    {
        CompletionText completion = new(options);
        completion.Append(System.Text.Encoding.UTF8.GetBytes(text));
        return completion;
    }
}
