using System.Runtime.Intrinsics;

namespace PSLlmCluster.Core.Encoding.Kernels;

/// <summary>Registers of 256 bits with fused multiply-add: AVX2.</summary>
internal readonly struct Register256 : IRegister<Vector256<float>>
{
    public static int LaneCount => 8;

    public static Vector256<float> Load(ref readonly float source, nint offset) => Vector256.LoadUnsafe(in source, (nuint)offset);

    public static void Store(Vector256<float> value, ref float target, nint offset) => value.StoreUnsafe(ref target, (nuint)offset);

    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    public static Vector256<float> Subtract(Vector256<float> a, Vector256<float> b) => a - b;

    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    public static Vector256<float> Divide(Vector256<float> a, Vector256<float> b) => a / b;

    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c)
        => Vector256.FusedMultiplyAdd(a, b, c);

    public static Vector256<float> SquareRoot(Vector256<float> a) => Vector256.Sqrt(a);

    public static Vector256<float> Larger(Vector256<float> a, Vector256<float> b)
        => Vector256.ConditionalSelect(Vector256.GreaterThan(a, b), a, b);

    public static Vector256<float> Smaller(Vector256<float> a, Vector256<float> b)
        => Vector256.ConditionalSelect(Vector256.LessThan(a, b), a, b);

    public static Vector256<float> Scale(Vector256<float> a, Vector256<float> shifted)
        => (a.AsInt32() + Vector256.ShiftLeft(shifted.AsInt32(), 23)).AsSingle();
}
