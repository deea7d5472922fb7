using System.Runtime.Intrinsics;

namespace PSLlmCluster.Core.Encoding.Kernels;

/// <summary>Registers of 512 bits: AVX-512.</summary>
internal readonly struct Register512 : IRegister<Vector512<float>>
{
    public static int LaneCount => 16;

    public static Vector512<float> Load(ref readonly float source, nint offset) => Vector512.LoadUnsafe(in source, (nuint)offset);

    public static void Store(Vector512<float> value, ref float target, nint offset) => value.StoreUnsafe(ref target, (nuint)offset);

    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    public static Vector512<float> Divide(Vector512<float> a, Vector512<float> b) => a / b;

    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c)
        => Vector512.FusedMultiplyAdd(a, b, c);

    public static Vector512<float> SquareRoot(Vector512<float> a) => Vector512.Sqrt(a);

    public static Vector512<float> Larger(Vector512<float> a, Vector512<float> b)
        => Vector512.ConditionalSelect(Vector512.GreaterThan(a, b), a, b);

    public static Vector512<float> Smaller(Vector512<float> a, Vector512<float> b)
        => Vector512.ConditionalSelect(Vector512.LessThan(a, b), a, b);

    public static Vector512<float> Scale(Vector512<float> a, Vector512<float> shifted)
        => (a.AsInt32() + Vector512.ShiftLeft(shifted.AsInt32(), 23)).AsSingle();
}
