namespace PSLlmCluster.Core.Umap.Start;

/// <summary>A symmetric matrix that is known by what it does to a vector.</summary>
internal interface ISymmetricOperator
{
    /// <summary>Gets the number of rows.</summary>
    int Size { get; }

    /// <summary>Multiplies the matrix with a vector.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="product">Receives the product.</param>
    void Multiply(double[] vector, double[] product);
}
