using System.Runtime.Intrinsics;

namespace PSLlmCluster.Core.Encoding.Kernels;

/// <summary>
/// Registers of 128 bits on a processor without fused multiply-add, which is then computed: the same bits, and some seventy times as slow.
/// </summary>
internal readonly struct UnfusedRegister128 : IRegister<Vector128<float>>
{
    public static int LaneCount => Register128.LaneCount;

    public static Vector128<float> Load(ref readonly float source, nint offset) => Register128.Load(in source, offset);

    public static void Store(Vector128<float> value, ref float target, nint offset) => Register128.Store(value, ref target, offset);

    public static Vector128<float> Broadcast(float value) => Register128.Broadcast(value);

    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => Register128.Add(a, b);

    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => Register128.Subtract(a, b);

    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => Register128.Multiply(a, b);

    public static Vector128<float> Divide(Vector128<float> a, Vector128<float> b) => Register128.Divide(a, b);

    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.Create(
        FusedArithmetic.MultiplyAdd(a[0], b[0], c[0]),
        FusedArithmetic.MultiplyAdd(a[1], b[1], c[1]),
        FusedArithmetic.MultiplyAdd(a[2], b[2], c[2]),
        FusedArithmetic.MultiplyAdd(a[3], b[3], c[3]));

    public static Vector128<float> SquareRoot(Vector128<float> a) => Register128.SquareRoot(a);

    public static Vector128<float> Larger(Vector128<float> a, Vector128<float> b) => Register128.Larger(a, b);

    public static Vector128<float> Smaller(Vector128<float> a, Vector128<float> b) => Register128.Smaller(a, b);

    public static Vector128<float> Scale(Vector128<float> a, Vector128<float> shifted) => Register128.Scale(a, shifted);
}
