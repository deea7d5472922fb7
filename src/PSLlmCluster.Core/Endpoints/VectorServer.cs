using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Core.Endpoints;

/// <summary>A server that makes vectors.</summary>
/// <param name="client">What asks it.</param>
/// <param name="options">How it is asked.</param>
internal sealed class VectorServer(EndpointClient client, EndpointOptions options)
{
    private bool _takesBase64 = true;

    /// <summary>Gets its address as it may be shown.</summary>
    public string Shown => client.Shown;

    /// <summary>Gets what makes its faults.</summary>
    public EndpointErrors Errors => client.Errors;

    /// <summary>
    /// Asks for the vector of the probe text, and finds out on the way whether the server takes the request for base64: one that does not
    /// know it may refuse it.
    /// </summary>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The vector, all of whose numbers are finite.</returns>
    /// <exception cref="EndpointFaultException">There is none.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<float[]> ProbeAsync(CancellationToken token)
    {
        float[]?[] vectors;
        try
        {
            vectors = await EmbedAsync([VectorDifference.ProbeText], 0, _takesBase64, token).ConfigureAwait(false);
        }
        catch (EndpointFaultException fault) when (fault.Kind == EndpointFaultKind.Refused && _takesBase64)
        {
            vectors = await EmbedAsync([VectorDifference.ProbeText], 0, asBase64: false, token).ConfigureAwait(false);
            _takesBase64 = false;
        }

        return Sound(vectors[0]);
    }

    /// <summary>Asks for the vector of the probe text again.</summary>
    /// <param name="width">The numbers in a vector.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The vector, all of whose numbers are finite.</returns>
    /// <exception cref="EndpointFaultException">There is none.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<float[]> ProbeAgainAsync(int width, CancellationToken token)
        => Sound((await EmbedAsync([VectorDifference.ProbeText], width, token).ConfigureAwait(false))[0]);

    /// <summary>Asks for vectors.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="width">The numbers in a vector; 0 where that is not known.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>For each text its vector; null where the answer has none for it.</returns>
    /// <exception cref="EndpointFaultException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<float[]?[]> EmbedAsync(IReadOnlyList<string> texts, int width, CancellationToken token)
        => EmbedAsync(texts, width, _takesBase64, token);

    private float[] Sound(float[]? probe)
        => probe is not null && Array.TrueForAll(probe, float.IsFinite) && Array.Exists(probe, number => number != 0)
            ? probe
            : throw client.Errors.Invalid("to one short text has no vector of finite numbers that are not all 0");

    private Task<float[]?[]> EmbedAsync(IReadOnlyList<string> texts, int width, bool asBase64, CancellationToken token)
        => client.PostAsync(
            VectorRequest.Write(options.Model, texts, asBase64),
            VectorRequest.MostBytes(texts.Count, width),
            answer => VectorRequest.Read(answer, texts.Count, width, client.Errors),
            token);
}
