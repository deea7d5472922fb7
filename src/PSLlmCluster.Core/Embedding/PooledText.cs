namespace PSLlmCluster.Core.Embedding;

/// <summary>
/// A text whose windows are being computed. Its vector is the average of its windows' vectors, weighted by their numbers of tokens, of the
/// text's own tokens where they stand in a prompt; with mean pooling that is the mean over all tokens, which is summed in double as it is.
/// </summary>
/// <param name="index">The number that the text was added with.</param>
/// <param name="width">Numbers in a vector.</param>
/// <param name="windowCount">Windows that are computed.</param>
/// <param name="windowCountOfText">Windows that the whole text would take.</param>
internal sealed class PooledText(int index, int width, int windowCount, int windowCountOfText)
{
    private readonly double[] _sum = new double[width];
    private int _windowsToCome = windowCount;
    private int _tokenCount;
    private long _weight;

    /// <summary>Gets why it failed.</summary>
    public EngineException? Failure { get; private set; }

    /// <summary>Gets a value indicating whether nothing is to come.</summary>
    public bool IsDone => Failure is not null || _windowsToCome == 0;

    /// <summary>Gives it up.</summary>
    /// <param name="failure">Why.</param>
    /// <param name="tokenCount">Its tokens, as far as they are known.</param>
    public void Fail(EngineException failure, int tokenCount = 0)
    {
        Failure ??= failure;
        _tokenCount = Math.Max(_tokenCount, tokenCount);
    }

    /// <summary>Adds the sum over a window's tokens, or what stands for it.</summary>
    /// <param name="windowSum">The window's vector times its weight.</param>
    public void Add(ReadOnlySpan<double> windowSum)
    {
        double[] sum = _sum;
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += windowSum[i];
        }
    }

    /// <summary>Counts a window as done.</summary>
    /// <param name="tokenCount">Its tokens.</param>
    /// <param name="weight">Its weight among the text's windows: its tokens, or those of the text in it.</param>
    public void EndWindow(int tokenCount, int weight)
    {
        _windowsToCome--;
        _tokenCount += tokenCount;
        _weight += weight;
    }

    /// <summary>Makes the outcome.</summary>
    /// <param name="normalize">Whether the vector is scaled to length 1; one of zeros stays.</param>
    /// <returns>The outcome.</returns>
    public EmbeddingOutcome Outcome(bool normalize)
    {
        if (Failure is not null)
        {
            return new EmbeddingOutcome(index, null, _tokenCount, windowCountOfText, Failure);
        }

        double squares = 0;
        for (int i = 0; i < _sum.Length; i++)
        {
            _sum[i] /= _weight;
            squares += _sum[i] * _sum[i];
        }

        double scale = normalize && squares > 0 ? 1 / Math.Sqrt(squares) : 1;
        float[] vector = new float[_sum.Length];
        bool isFinite = true;
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] = (float)(_sum[i] * scale);
            isFinite &= float.IsFinite(vector[i]);
        }

        return isFinite
            ? new EmbeddingOutcome(index, vector, _tokenCount, windowCountOfText, null)
            : new EmbeddingOutcome(index, null, _tokenCount, windowCountOfText, new EngineException(
                EngineErrorIds.EmbeddingNotFinite,
                FailureKind.InvalidData,
                "The model gives a vector with NaN or infinity for the text.",
                "Some models overflow on some devices: try -Device Cpu, or another quantisation of the model."));
    }
}
