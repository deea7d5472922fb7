using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PSLlmCluster.Worker.Llama.Native;

/// <summary>
/// Carries a cancellation into a native computation: a word that the token sets and that llama.cpp's abort callback
/// reads between two operations of its graph. The native side needs no managed object for it.
/// </summary>
internal sealed unsafe class NativeSignal : IDisposable
{
    private readonly State* _state;
    private readonly CancellationTokenRegistration _registration;

    /// <summary>Initializes a new instance of the <see cref="NativeSignal"/> class.</summary>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <param name="polled">Called, on the computing thread, before each look at the word; may be null. It must not throw.</param>
    public NativeSignal(CancellationToken token, Action? polled = null)
    {
        _state = (State*)NativeMemory.AllocZeroed((nuint)sizeof(State));
        _state->Polled = polled is null ? 0 : GCHandle.ToIntPtr(GCHandle.Alloc(polled));
        _registration = token.UnsafeRegister(static signal => Volatile.Write(ref ((NativeSignal)signal!)._state->IsSet, 1), this);
    }

    /// <summary>Gets the abort callback; its data is <see cref="Data"/>.</summary>
    public static delegate* unmanaged[Cdecl]<void*, byte> AbortCallback => &ShouldAbort;

    /// <summary>Gets what the callback is given.</summary>
    public void* Data => _state;

    /// <summary>Frees the word; nothing native may use it any more.</summary>
    public void Dispose()
    {
        _registration.Dispose();
        if (_state->Polled != 0)
        {
            GCHandle.FromIntPtr(_state->Polled).Free();
        }

        NativeMemory.Free(_state);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte ShouldAbort(void* data)
    {
        State* state = (State*)data;
        if (state->Polled != 0)
        {
            ((Action)GCHandle.FromIntPtr(state->Polled).Target!)();
        }

        return (byte)(Volatile.Read(ref state->IsSet) != 0 ? 1 : 0);
    }

    private struct State
    {
        public int IsSet;
        public nint Polled;
    }
}

/// <summary>Receives llama.cpp's progress while a model loads, and makes it stop when asked.</summary>
/// <param name="progress">Receives the fraction; may be null.</param>
/// <param name="token">The token to monitor for cancellation.</param>
internal sealed unsafe class LoadProgress(IProgress<StageProgress>? progress, CancellationToken token)
{
    /// <summary>Gets the progress callback; its data is a <see cref="GCHandle"/> of an instance.</summary>
    public static delegate* unmanaged[Cdecl]<float, void*, byte> Callback => &Receive;

    /// <summary>Gets what the receiver of the progress threw; it is thrown on once native code has returned.</summary>
    public Exception? Failure { get; private set; }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte Receive(float fraction, void* data)
        => ((LoadProgress)GCHandle.FromIntPtr((nint)data).Target!).GoOn(fraction) ? (byte)1 : (byte)0;

    // No exception may cross native frames, whatever it is.
    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "It is thrown once native code has returned.")]
    private bool GoOn(float fraction)
    {
        try
        {
            progress?.Report(new StageProgress("Loading the model", Math.Clamp(fraction, 0, 1)));
            return !token.IsCancellationRequested;
        }
        catch (Exception failure)
        {
            Failure = failure;
            return false;
        }
    }
}
