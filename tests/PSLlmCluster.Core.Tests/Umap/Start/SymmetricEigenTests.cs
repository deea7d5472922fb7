using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap.Start;

namespace PSLlmCluster.Core.Tests.Umap.Start;

public class SymmetricEigenTests
{
    /// <summary>Restarts use the vectors of the basis before: some forty long vectors, however many steps it takes.</summary>
    [Fact]
    public void The_memory_does_not_grow_with_the_steps()
    {
        const int Size = 20_000;
        EigenEffort effort = new(Tolerance: 0, StepLimit: 1000, FindsEqualValues: false, TakesTheBest: true);
        long before = GC.GetAllocatedBytesForCurrentThread();
        (double[] values, double[][] vectors) = SymmetricEigen.Largest(new Diagonal(Size), 2, null, effort, Work.On(1))!.Value;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100L * sizeof(double) * Size);
        Assert.True(vectors[0][^1] > vectors[0][0] && values[0] > values[1] && values[0] <= 1);
    }

    /// <summary>A diagonal from nearly 0 to 1, in even steps.</summary>
    private sealed class Diagonal(int size) : ISymmetricOperator
    {
        public int Size => size;

        public void Multiply(double[] vector, double[] product)
        {
            for (int i = 0; i < size; i++)
            {
                product[i] = vector[i] * (i + 1) / size;
            }
        }
    }
}
