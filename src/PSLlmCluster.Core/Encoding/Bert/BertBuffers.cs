using PSLlmCluster.Core.Encoding.Kernels;

namespace PSLlmCluster.Core.Encoding.Bert;

/// <summary>What one worker computes in.</summary>
internal sealed class BertBuffers
{
    /// <summary>Initializes a new instance of the <see cref="BertBuffers"/> class.</summary>
    /// <param name="shape">The network's sizes.</param>
    /// <param name="capacity">The most tokens of a block.</param>
    /// <param name="windowLength">The most tokens of a window.</param>
    /// <param name="scratchLength">Floats to widen weights in.</param>
    public BertBuffers(BertShape shape, int capacity, int windowLength, int scratchLength)
    {
        Capacity = capacity;
        WindowLength = windowLength;
        int panels = Panels.CountFor(capacity);
        Hidden = new Panels(shape.Width, panels);
        Queries = new Panels(shape.Width, panels);
        Keys = new Panels(shape.Width, panels);
        Values = new Panels(shape.Width, panels);
        Mixed = new Panels(shape.Width, panels);
        Change = Queries;
        Inner = new Panels(shape.FeedForwardWidth, panels);
        Gates = new Panels(shape.IsGated ? shape.FeedForwardWidth : 0, panels);
        Scores = new Panels(windowLength, 1);
        HeadOutput = new Panels(shape.HeadWidth, 1);
        Cosines = new Panels(shape.IsGated ? shape.HeadWidth / 2 : 0, panels);
        Sines = new Panels(shape.IsGated ? shape.HeadWidth / 2 : 0, panels);
        Scratch = new float[scratchLength];
        Row = new float[2 * shape.Width];
    }

    /// <summary>Gets the most tokens of a block.</summary>
    public int Capacity { get; }

    /// <summary>Gets the most tokens of a window.</summary>
    public int WindowLength { get; }

    /// <summary>Gets the tokens' vectors, from layer to layer.</summary>
    public Panels Hidden { get; }

    /// <summary>Gets the queries of all heads.</summary>
    public Panels Queries { get; }

    /// <summary>Gets the keys of all heads.</summary>
    public Panels Keys { get; }

    /// <summary>Gets the values of all heads.</summary>
    public Panels Values { get; }

    /// <summary>Gets the values that attention has mixed.</summary>
    public Panels Mixed { get; }

    /// <summary>Gets what a part of a layer adds to the tokens' vectors; the queries' place, which are not needed any more then.</summary>
    public Panels Change { get; }

    /// <summary>Gets the numbers between the two layers of the feed-forward part.</summary>
    public Panels Inner { get; }

    /// <summary>Gets what they are gated by.</summary>
    public Panels Gates { get; }

    /// <summary>Gets the scores of the keys for 48 queries.</summary>
    public Panels Scores { get; }

    /// <summary>Gets the values that one head has mixed for 48 queries.</summary>
    public Panels HeadOutput { get; }

    /// <summary>Gets the cosines of the positions' rotations.</summary>
    public Panels Cosines { get; }

    /// <summary>Gets the sines of the positions' rotations.</summary>
    public Panels Sines { get; }

    /// <summary>Gets room to widen weights in.</summary>
    public float[] Scratch { get; }

    /// <summary>Gets room for the vectors of a token and of its position.</summary>
    public float[] Row { get; }

    /// <summary>Gets the sums of a softmax.</summary>
    public float[] Sums { get; } = new float[Panels.LaneCount + Panels.LaneCount];

    /// <summary>Returns the bytes that a worker's buffers take.</summary>
    /// <param name="shape">The network's sizes.</param>
    /// <param name="capacity">The most tokens of a block.</param>
    /// <param name="windowLength">The most tokens of a window.</param>
    /// <param name="scratchLength">Floats to widen weights in.</param>
    /// <returns>The bytes.</returns>
    public static long ByteCount(BertShape shape, int capacity, int windowLength, int scratchLength)
    {
        int panels = Panels.CountFor(capacity);
        long gated = shape.IsGated
            ? Panels.ByteCount(shape.FeedForwardWidth, panels) + (2 * Panels.ByteCount(shape.HeadWidth / 2, panels))
            : 0;
        return (5 * Panels.ByteCount(shape.Width, panels))
            + Panels.ByteCount(shape.FeedForwardWidth, panels)
            + gated
            + Panels.ByteCount(windowLength, 1)
            + Panels.ByteCount(shape.HeadWidth, 1)
            + ((scratchLength + (2L * shape.Width)) * sizeof(float));
    }
}
