using PSLlmCluster.Core.Llama.Protocol;

namespace PSLlmCluster.Core.Llama;

/// <summary>Lists what llama.cpp can compute on, and why it cannot on the rest.</summary>
public static class WorkerDevices
{
    /// <summary>
    /// Has the session's worker list the devices of all backends, which loads the GPU backends as a model would, and then the backends of
    /// this platform that bring none.
    /// </summary>
    /// <param name="log">Receives llama.cpp's log; called on the calling thread.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The devices, the processor first, then the GPUs in llama.cpp's order, then the backends that cannot be used.</returns>
    /// <exception cref="EngineException">llama.cpp's libraries are missing, do not fit, or ended their process.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<LlamaDevice> List(Action<string>? log = null, CancellationToken token = default)
    {
        using WorkerChannel channel = WorkerSession.Open(token);
        try
        {
            channel.Send(FrameKind.ListDevices);
            WireReader reader = channel.Await(FrameKind.Devices, log);
            return reader.ReadDevices();
        }
        catch (WorkerEndedException ended)
        {
            throw ended.End.Lost("The list of devices was lost");
        }
    }
}
