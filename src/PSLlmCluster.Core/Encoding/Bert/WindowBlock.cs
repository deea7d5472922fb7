using PSLlmCluster.Core.Encoding.Kernels;

namespace PSLlmCluster.Core.Encoding.Bert;

/// <summary>Windows of tokens that go through the network together, one after the other in its lanes.</summary>
internal sealed class WindowBlock
{
    private readonly List<int> _starts = [0];
    private readonly int[] _tokens;

    /// <summary>Initializes a new instance of the <see cref="WindowBlock"/> class.</summary>
    /// <param name="capacity">The most tokens.</param>
    public WindowBlock(int capacity) => _tokens = new int[capacity];

    /// <summary>Gets the number of windows.</summary>
    public int Count => _starts.Count - 1;

    /// <summary>Gets the tokens of all windows.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, _starts[^1]);

    /// <summary>Gets the number of panels that the tokens take.</summary>
    public int PanelCount => Panels.CountFor(_starts[^1]);

    /// <summary>Returns the tokens of a panel, 48 but in the last.</summary>
    public int LanesOf(int panel) => Math.Min(Panels.LaneCount, _starts[^1] - (panel * Panels.LaneCount));

    /// <summary>Returns where a window starts.</summary>
    public int Start(int window) => _starts[window];

    /// <summary>Returns the number of a window's tokens.</summary>
    public int Length(int window) => _starts[window + 1] - _starts[window];

    /// <summary>Adds a window.</summary>
    /// <param name="tokens">Its tokens, 1 or more.</param>
    public void Add(ReadOnlySpan<int> tokens)
    {
        tokens.CopyTo(_tokens.AsSpan(_starts[^1]));
        _starts.Add(_starts[^1] + tokens.Length);
    }

    /// <summary>Empties it.</summary>
    public void Clear() => _starts.RemoveRange(1, _starts.Count - 1);
}
