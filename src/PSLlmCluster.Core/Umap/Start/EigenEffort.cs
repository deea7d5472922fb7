namespace PSLlmCluster.Core.Umap.Start;

/// <summary>How exact eigenvectors have to be, and how long they may take.</summary>
/// <param name="Tolerance">The residual that is aimed at.</param>
/// <param name="StepLimit">The most products of the matrix with a vector, about.</param>
/// <param name="FindsEqualValues">Whether to look for equal eigenvalues, which one start vector cannot tell apart.</param>
/// <param name="TakesTheBest">Whether to take what there is when the limit is reached, whatever the residual.</param>
internal sealed record EigenEffort(double Tolerance, int StepLimit, bool FindsEqualValues, bool TakesTheBest)
{
    private const int FewRows = 1000;
    private const int ManyRows = 4096;

    /// <summary>Gets the effort for eigenvectors to about 1e-9.</summary>
    public static EigenEffort Exact { get; } = new(1e-10, 6000, true, false);

    /// <summary>
    /// Returns the effort that the start of a layout is worth. The optimiser moves every point many times over, so a smooth vector near the
    /// eigenvector serves as well as the eigenvector itself: umap-learn asks for 1e-4 of the eigenvalue only. With many rows the limit
    /// holds, and the time is that of so many passes over the graph.
    /// </summary>
    /// <param name="rowCount">Number of rows.</param>
    public static EigenEffort ForStart(int rowCount) => rowCount switch
    {
        <= FewRows => Exact,
        <= ManyRows => new EigenEffort(1e-5, 400, false, true),
        _ => new EigenEffort(1e-5, 120, false, true),
    };
}
