namespace PSLlmCluster.Core.Encoding.Kernels;

/// <summary>
/// What a processor's register of floats can do, lane by lane: operations that IEEE 754 defines to the last bit, and no others, so that the
/// same lanes hold the same bits whatever the register's width.
/// </summary>
/// <typeparam name="TVector">The register.</typeparam>
internal interface IRegister<TVector>
    where TVector : struct
{
    /// <summary>Gets the number of lanes, which divides <see cref="Panels.LaneCount"/>.</summary>
    static abstract int LaneCount { get; }

    /// <summary>Loads the lanes that start at an offset, in floats.</summary>
    static abstract TVector Load(ref readonly float source, nint offset);

    /// <summary>Stores the lanes at an offset, in floats.</summary>
    static abstract void Store(TVector value, ref float target, nint offset);

    /// <summary>Puts one number into every lane.</summary>
    static abstract TVector Broadcast(float value);

    /// <summary>Returns a + b.</summary>
    static abstract TVector Add(TVector a, TVector b);

    /// <summary>Returns a - b.</summary>
    static abstract TVector Subtract(TVector a, TVector b);

    /// <summary>Returns a * b.</summary>
    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>Returns a / b.</summary>
    static abstract TVector Divide(TVector a, TVector b);

    /// <summary>Returns a * b + c, rounded once.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>Returns the square root.</summary>
    static abstract TVector SquareRoot(TVector a);

    /// <summary>Returns a where a &gt; b, otherwise b: a choice that is the same everywhere, unlike a maximum of zeros and NaN.</summary>
    static abstract TVector Larger(TVector a, TVector b);

    /// <summary>Returns a where a &lt; b, otherwise b.</summary>
    static abstract TVector Smaller(TVector a, TVector b);

    /// <summary>Returns a * 2^n, by adding n to the exponent's bits: a and the product have to be normal numbers.</summary>
    /// <param name="a">The number.</param>
    /// <param name="shifted">n + 1.5 x 2^23, whose lowest bits are those of n.</param>
    static abstract TVector Scale(TVector a, TVector shifted);
}
