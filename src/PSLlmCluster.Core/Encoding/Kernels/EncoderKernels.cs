using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace PSLlmCluster.Core.Encoding.Kernels;

/// <summary>
/// The operations of the network on panels of 48 lanes, with the registers that the processor has. All kinds of registers give the same
/// bits.
/// </summary>
internal abstract class EncoderKernels
{
    /// <summary>
    /// Gets the kernels of every width, of which the runtime makes those that the processor lacks of others, lane by lane.
    /// </summary>
    public static IReadOnlyList<EncoderKernels> All { get; } =
    [
        new RegisterKernels<Register512, Vector512<float>>("512-bit registers", isFast: true),
        new RegisterKernels<Register256, Vector256<float>>("256-bit registers", isFast: true),
        new RegisterKernels<Register128, Vector128<float>>("128-bit registers", isFast: true),
        new RegisterKernels<UnfusedRegister128, Vector128<float>>("no fused multiply-add", isFast: false),
    ];

    /// <summary>Gets the kernels with the widest registers of this processor.</summary>
    public static EncoderKernels Widest { get; } = Vector512.IsHardwareAccelerated
        ? All[0]
        : Vector256.IsHardwareAccelerated && Fma.IsSupported ? All[1] : AdvSimd.IsSupported ? All[2] : All[3];

    /// <summary>Gets the registers, in a few words.</summary>
    public abstract string Description { get; }

    /// <summary>Gets a value indicating whether the processor has fused multiply-add; without it, it is computed, very slowly.</summary>
    public abstract bool IsFast { get; }

    /// <inheritdoc cref="TileProducts{TRegister, TVector}.Multiply"/>
    public abstract void Multiply(
        ReadOnlySpan<float> a,
        int rowStride,
        int stepStride,
        ReadOnlySpan<float> b,
        int steps,
        ReadOnlySpan<float> start,
        Span<float> c,
        int lanes,
        TileMode mode);

    /// <summary>Adds rows to others, lane by lane.</summary>
    /// <param name="rows">The rows that are added to, 48 floats apart.</param>
    /// <param name="others">The rows that are added.</param>
    /// <param name="rowCount">Their number.</param>
    /// <param name="lanes">Lanes that count.</param>
    public abstract void Add(Span<float> rows, ReadOnlySpan<float> others, int rowCount, int lanes);

    /// <summary>Applies GELU to rows of lanes.</summary>
    /// <param name="rows">The rows, 48 floats apart.</param>
    /// <param name="rowCount">Their number.</param>
    /// <param name="lanes">Lanes that count.</param>
    public abstract void Gelu(Span<float> rows, int rowCount, int lanes);

    /// <summary>Multiplies rows by the SiLU of others, lane by lane.</summary>
    /// <param name="rows">The rows, 48 floats apart.</param>
    /// <param name="gates">The rows whose SiLU is taken.</param>
    /// <param name="rowCount">Their number.</param>
    /// <param name="lanes">Lanes that count.</param>
    public abstract void MultiplyBySilu(Span<float> rows, ReadOnlySpan<float> gates, int rowCount, int lanes);

    /// <summary>
    /// Normalises each lane over the rows (Ba, Kiros and Hinton 2016, "Layer normalization"): (x - mean) / sqrt(variance + epsilon) x scale
    /// + shift.
    /// </summary>
    /// <param name="rows">The rows, 48 floats apart.</param>
    /// <param name="scale">The factor of each row.</param>
    /// <param name="shift">What is added to each row.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <param name="lanes">Lanes that count.</param>
    public abstract void Normalize(
        Span<float> rows, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, float epsilon, int lanes);

    /// <summary>Replaces scores by e^(factor (score - largest of the lane)), and gives their sum over the rows.</summary>
    /// <param name="rows">The scores, a row for each key, 48 floats apart.</param>
    /// <param name="rowCount">Their number.</param>
    /// <param name="factor">The factor, above 0.</param>
    /// <param name="sums">Receives the sum of each lane.</param>
    /// <param name="lanes">Lanes that count.</param>
    public abstract void Exponentials(Span<float> rows, int rowCount, float factor, Span<float> sums, int lanes);

    /// <summary>
    /// Turns pairs of rows by an angle of each pair and lane (Su et al. 2021, "RoFormer: enhanced transformer with rotary position
    /// embedding"): (x, y) becomes (x cos - y sin, x sin + y cos).
    /// </summary>
    /// <param name="first">The x of each pair, 48 floats apart.</param>
    /// <param name="second">The y of each pair.</param>
    /// <param name="cosines">The cosines of the angles.</param>
    /// <param name="sines">The sines.</param>
    /// <param name="rowCount">The number of pairs.</param>
    /// <param name="lanes">Lanes that count.</param>
    public abstract void Rotate(
        Span<float> first, Span<float> second, ReadOnlySpan<float> cosines, ReadOnlySpan<float> sines, int rowCount, int lanes);

    /// <summary>Divides rows by one row, lane by lane.</summary>
    /// <param name="rows">The rows, 48 floats apart.</param>
    /// <param name="rowCount">Their number.</param>
    /// <param name="divisors">The row.</param>
    /// <param name="lanes">Lanes that count.</param>
    public abstract void Divide(Span<float> rows, int rowCount, ReadOnlySpan<float> divisors, int lanes);
}
