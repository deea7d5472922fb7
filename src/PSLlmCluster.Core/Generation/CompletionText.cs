namespace PSLlmCluster.Core.Generation;

/// <summary>
/// The text of one completion as it grows by the bytes of its tokens: where it stops, what of it is thinking, and what it is in the end.
/// </summary>
/// <param name="options">How prompts are completed.</param>
internal sealed class CompletionText(GenerationOptions options)
{
    // How other models begin and end their thinking, where the chat template does not do it for them.
    private static readonly byte[][] _thinkingStarts =
    [
        [.. "<think>"u8], [.. "<thinking>"u8], [.. "<thought>"u8], [.. "<thoughts>"u8], [.. "<reasoning>"u8], [.. "<reason>"u8],
        [.. "<reflection>"u8], [.. "<seed:think>"u8], [.. "[THINK]"u8], [.. "\u25C1think\u25B7"u8], [.. "<|begin_of_thought|>"u8],
        [.. "<|START_THINKING|>"u8],
    ];

    private static readonly byte[][] _thinkingEnds =
    [
        [.. "</think>"u8], [.. "</thinking>"u8], [.. "</thought>"u8], [.. "</thoughts>"u8], [.. "</reasoning>"u8], [.. "</reason>"u8],
        [.. "</reflection>"u8], [.. "</seed:think>"u8], [.. "[/THINK]"u8], [.. "\u25C1/think\u25B7"u8], [.. "<|end_of_thought|>"u8],
        [.. "<|END_THINKING|>"u8],
    ];

    private readonly byte[][] _stops = [.. options.StopStrings.Select(System.Text.Encoding.UTF8.GetBytes)];
    private readonly bool _hidesThinking = options.Thinking != ThinkingHandling.Keep;
    private byte[] _bytes = new byte[256];
    private int _length;

    /// <summary>Gets what a model writes before it thinks.</summary>
    public static ReadOnlySpan<byte> ThinkingStart => "<think>"u8;

    /// <summary>Gets what a model writes after it has thought.</summary>
    public static ReadOnlySpan<byte> ThinkingEnd => "</think>"u8;

    /// <summary>Adds the bytes of a token.</summary>
    /// <param name="piece">The bytes.</param>
    public void Append(ReadOnlySpan<byte> piece)
    {
        if (_bytes.Length < _length + piece.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + piece.Length));
        }

        piece.CopyTo(_bytes.AsSpan(_length));
        _length += piece.Length;
    }

    /// <summary>Returns the text where a stop string is in it.</summary>
    /// <param name="piece">The bytes of a token to look at after what is there, without adding them.</param>
    /// <returns>The text before the stop string that begins first; null where there is none.</returns>
    public string? StoppedText(ReadOnlySpan<byte> piece)
    {
        if (_stops.Length == 0)
        {
            return null;
        }

        int before = _length;
        Append(piece);
        ReadOnlySpan<byte> answer = Answer();
        int stop = int.MaxValue;
        foreach (byte[] text in _stops)
        {
            int at = answer.IndexOf(text);
            stop = at >= 0 ? Math.Min(stop, at) : stop;
        }

        string? stopped = stop == int.MaxValue ? null : Utf8Text.Decode(answer[..stop]);
        _length = before;
        return stopped;
    }

    /// <summary>Returns the text as it is where it ends now.</summary>
    /// <param name="piece">The bytes of a token to look at after what is there, without adding them.</param>
    /// <returns>The text without thinking.</returns>
    public string EndedText(ReadOnlySpan<byte> piece)
    {
        int before = _length;
        Append(piece);
        string text = Utf8Text.Decode(Answer());
        _length = before;
        return text;
    }

    /// <summary>Returns the bytes after the thinking; none while it goes on.</summary>
    private ReadOnlySpan<byte> Answer()
    {
        ReadOnlySpan<byte> bytes = _bytes.AsSpan(0, _length);
        if (!_hidesThinking)
        {
            return bytes;
        }

        // Where the template has begun the thinking, the model only ends it.
        int from = 0;
        foreach (byte[] end in _thinkingEnds)
        {
            int at = bytes.LastIndexOf(end);
            from = at >= 0 ? Math.Max(from, at + end.Length) : from;
        }

        ReadOnlySpan<byte> answer = from > 0 ? bytes[from..].TrimStart(" \r\n\t"u8) : bytes;
        int to = answer.Length;
        foreach (byte[] start in _thinkingStarts)
        {
            int at = answer.IndexOf(start);
            to = at >= 0 ? Math.Min(to, at) : to;
        }

        return answer[..to];
    }
}
