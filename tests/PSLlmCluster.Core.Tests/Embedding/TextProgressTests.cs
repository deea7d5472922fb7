using System.Diagnostics;
using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Core.Tests.Embedding;

/// <summary>What the progress display says of a stream of texts, by a clock of the test's own.</summary>
public sealed class TextProgressTests
{
    private long _ticks;

    [Fact]
    public void Without_a_known_end_there_are_texts_and_their_pace()
    {
        TextProgress progress = new(() => _ticks);
        progress.Start();
        _ticks = 4 * Stopwatch.Frequency;
        Assert.Equal(new StageProgress("10 texts done, 2.5 a second", -1), progress.At(10));
    }

    [Fact]
    public void With_a_known_number_of_texts_there_are_a_share_and_the_time_left()
    {
        TextProgress progress = new(() => _ticks);
        progress.Expect(50);
        Assert.Equal(-1, progress.At(0).Fraction);
        progress.Start();
        _ticks = 4 * Stopwatch.Frequency;
        Assert.Equal(new StageProgress("10 of 50 texts done, 2.5 a second", 0.2, 16), progress.At(10));

        // The clock starts with the first text, not with each.
        progress.Start();
        Assert.Equal(new StageProgress("50 of 50 texts done, 12.5 a second", 1, 0), progress.At(50));
    }

    [Fact]
    public void Before_any_time_has_passed_there_is_no_pace()
        => Assert.Equal(new StageProgress("0 texts done", -1), new TextProgress(() => _ticks).At(0));
}
