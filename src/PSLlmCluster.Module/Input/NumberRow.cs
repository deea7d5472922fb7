using PSLlmCluster.Core;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Module.Input;

/// <summary>A row's numbers as they came: single precision in the very array, anything else in double precision.</summary>
/// <param name="Singles">The numbers in single precision, or null.</param>
/// <param name="Doubles">The numbers in double precision, or null.</param>
internal readonly record struct NumberRow(float[]? Singles, double[]? Doubles)
{
    /// <summary>Gets how many numbers there are.</summary>
    public int Length => Singles?.Length ?? Doubles?.Length ?? 0;

    /// <summary>Returns the row of a result of this module: the numbers that it was made of, where they came in double precision.</summary>
    /// <param name="vector">The result's vector, which is in single precision.</param>
    /// <param name="source">What the result came from.</param>
    /// <returns>The row.</returns>
    public static NumberRow OfResult(float[]? vector, object? source)
        => source is Array && NumberReader.TryVector(source, out NumberRow row) && row.Doubles is { } && row.Length == vector?.Length
            ? row
            : new NumberRow(vector, null);

    /// <summary>Returns one number.</summary>
    /// <param name="place">Its place in the row, from 0.</param>
    /// <returns>The number.</returns>
    public double At(int place) => Singles is not null ? Singles[place] : Doubles![place];

    /// <summary>Returns the numbers in single precision: the very array where they came so.</summary>
    /// <returns>The numbers, rounded where they came in double precision.</returns>
    public float[] ToSingles() => Singles ?? Array.ConvertAll(Doubles ?? [], number => (float)number);

    /// <summary>Hands the row to the engine. This is the one place where it does.</summary>
    /// <param name="rows">Takes the row.</param>
    /// <returns>Null when the row was taken; otherwise why it was not.</returns>
    public EngineException? AddTo(RowCollector rows) => Singles is not null ? rows.TryAdd(Singles) : rows.TryAdd(Doubles ?? []);
}
