using System.Runtime.InteropServices;

namespace PSLlmCluster;

/// <summary>
/// Vectors that lie in an array of their own, or in a matrix of many, where each is copied out only when it is asked for.
/// </summary>
internal static class RowVectors
{
    /// <summary>Returns a vector as an array: the very one where it lies in one of its own, otherwise a copy.</summary>
    /// <param name="vector">The vector.</param>
    /// <returns>The array.</returns>
    public static float[] ToArray(ReadOnlyMemory<float> vector)
        => MemoryMarshal.TryGetArray(vector, out ArraySegment<float> part) && part.Array is { } array && array.Length == part.Count
            ? array
            : vector.ToArray();

    /// <summary>Returns a vector, or null where there is none.</summary>
    /// <param name="vector">The vector, or null.</param>
    /// <returns>A view of it.</returns>
    public static ReadOnlyMemory<float>? OfArray(float[]? vector) => vector is null ? null : new ReadOnlyMemory<float>(vector);
}
