namespace PSLlmCluster.Core.Tests;

public class FreedMemoryTests
{
    /// <summary>Pages that lie in the part only in part belong to the others.</summary>
    [Theory]
    [InlineData(0, 100_000)]
    [InlineData(1, 99_999)]
    [InlineData(1000, 1001)]
    [InlineData(5000, 50_000)]
    [InlineData(7, 7)]
    public void What_lies_beside_a_dropped_part_stays(int start, int end)
    {
        int[] numbers = [.. Enumerable.Range(1, 100_000)];
        FreedMemory.Drop(numbers, start, end);
        Assert.Equal(Enumerable.Range(1, start), numbers[..start]);
        Assert.Equal(Enumerable.Range(end + 1, numbers.Length - end), numbers[end..]);

        // What is given back can be used again.
        numbers.AsSpan().Fill(3);
        Assert.All(numbers, number => Assert.Equal(3, number));
    }

    [Fact]
    public void An_array_of_nothing_has_nothing_to_drop() => FreedMemory.Drop(Array.Empty<double>(), 0, 0);
}
