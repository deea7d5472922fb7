namespace PSLlmCluster.Core.Caching;

/// <summary>Which cache of embeddings is used, and how.</summary>
/// <param name="Path">The SQLite file, which is made where there is none. Its folder has to be there.</param>
/// <param name="Precision">How vectors are stored; Half takes half the bytes, and rounds what is computed too.</param>
public sealed record CacheOptions(string Path, VectorPrecision Precision = VectorPrecision.Single);
