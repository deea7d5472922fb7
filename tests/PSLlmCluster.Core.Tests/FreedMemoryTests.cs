namespace PSLlmCluster.Core.Tests;

public class FreedMemoryTests
{
    /// <summary>Pages that lie in the part only in part belong to the others.</summary>
    [Theory]
    [InlineData(0, 2_000_000)]
    [InlineData(1, 1_999_999)]
    [InlineData(1000, 1001)]
    [InlineData(5000, 50_000)]
    [InlineData(7, 7)]
    public void What_lies_beside_a_dropped_part_stays(int start, int end)
    {
        int[] numbers = [.. Enumerable.Range(1, 2_000_000)];
        FreedMemory.Drop(numbers, start, end);
        bool hasPage = (end - start) * sizeof(int) > 2 * Environment.SystemPageSize;
        Assert.Equal(OperatingSystem.IsLinux() && hasPage, numbers.AsSpan(start, end - start).Contains(0));
        Assert.Equal(Enumerable.Range(1, start), numbers[..start]);
        Assert.Equal(Enumerable.Range(end + 1, numbers.Length - end), numbers[end..]);

        // What is given back can be used again.
        numbers.AsSpan().Fill(3);
        Assert.False(numbers.AsSpan().ContainsAnyExcept(3));
    }

    /// <summary>Each part that is given back is a call of the system.</summary>
    [Fact]
    public void Arrays_of_small_fits_are_not_given_back()
    {
        int[] numbers = FreedMemory.NewArray<int>(1_000_000);
        numbers.AsSpan().Fill(3);
        FreedMemory.Drop(numbers, 0, numbers.Length);
        Assert.False(numbers.AsSpan().ContainsAnyExcept(3));
    }

    [Fact]
    public void An_array_of_nothing_has_nothing_to_drop() => FreedMemory.Drop(Array.Empty<double>(), 0, 0);
}
