using System.Runtime.Intrinsics;

namespace PSLlmCluster.Core.Encoding.Kernels;

/// <summary>Registers of 128 bits with fused multiply-add: arm64.</summary>
internal readonly struct Register128 : IRegister<Vector128<float>>
{
    public static int LaneCount => 4;

    public static Vector128<float> Load(ref readonly float source, nint offset) => Vector128.LoadUnsafe(in source, (nuint)offset);

    public static void Store(Vector128<float> value, ref float target, nint offset) => value.StoreUnsafe(ref target, (nuint)offset);

    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    public static Vector128<float> Divide(Vector128<float> a, Vector128<float> b) => a / b;

    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c)
        => Vector128.FusedMultiplyAdd(a, b, c);

    public static Vector128<float> SquareRoot(Vector128<float> a) => Vector128.Sqrt(a);

    public static Vector128<float> Larger(Vector128<float> a, Vector128<float> b)
        => Vector128.ConditionalSelect(Vector128.GreaterThan(a, b), a, b);

    public static Vector128<float> Smaller(Vector128<float> a, Vector128<float> b)
        => Vector128.ConditionalSelect(Vector128.LessThan(a, b), a, b);

    public static Vector128<float> Scale(Vector128<float> a, Vector128<float> shifted)
        => (a.AsInt32() + Vector128.ShiftLeft(shifted.AsInt32(), 23)).AsSingle();
}
