using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Core.Tests.Embedding;

public sealed class TextWindowsTests
{
    private static readonly int[] _content = [10, 11, 12, 13, 14];

    [Fact]
    public void A_window_has_its_part_of_the_text_between_the_frame()
    {
        TextWindows cut = new(new WindowFrame([1, 2], null, [3], IsPrompt: false), 6, LongTextHandling.Split);

        Assert.Equal(2, cut.Start(0, 4, _content.Length).WindowCount);
        Assert.Equal([1, 2, 10, 11, 12, 3], cut.Tokens(_content, 0));
        Assert.Equal([1, 2, 13, 14, 3], cut.Tokens(_content, 1));
    }

    [Fact]
    public void A_text_that_comes_twice_has_half_the_room_and_its_second_copy_is_found()
    {
        WindowFrame frame = new([1, 2], [7, 8], [3], IsPrompt: true);
        TextWindows cut = new(frame, 12, LongTextHandling.Split);

        Assert.Equal(2, cut.Start(0, 4, _content.Length).WindowCount);
        Assert.Equal([1, 2, 10, 11, 12, 7, 8, 10, 11, 12, 3], cut.Tokens(_content, 0));
        Assert.Equal([1, 2, 13, 14, 7, 8, 13, 14, 3], cut.Tokens(_content, 1));
        Assert.Equal((3, 2), (cut.CountIn(_content.Length, 0), cut.CountIn(_content.Length, 1)));
        Assert.Equal([10, 11, 12], cut.Tokens(_content, 0).AsSpan(frame.TextStart(3), 3).ToArray());
        Assert.Equal("ContextTooShort", Assert.Throws<EngineException>(() => new TextWindows(frame, 6, LongTextHandling.Split)).ErrorId);
    }

    [Fact]
    public void A_text_without_tokens_fails_where_there_is_nothing_or_only_a_prompt()
    {
        Assert.Null(Failure(new WindowFrame([1], null, [2], IsPrompt: false)));
        Assert.Equal("TextHasNoTokens", Failure(new WindowFrame([], null, [], IsPrompt: false)));
        Assert.Equal("TextHasNoTokens", Failure(new WindowFrame([1], null, [2], IsPrompt: true)));

        static string? Failure(WindowFrame frame)
            => new TextWindows(frame, 8, LongTextHandling.Split).Start(0, 4, contentCount: 0).Text.Failure?.ErrorId;
    }
}
