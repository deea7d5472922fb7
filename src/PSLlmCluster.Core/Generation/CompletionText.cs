namespace PSLlmCluster.Core.Generation;

/// <summary>
/// The text of one completion as it grows by the bytes of its tokens: where it stops, what of it is thinking, and what it is in the end.
/// </summary>
/// <param name="options">How prompts are completed.</param>
internal sealed class CompletionText(GenerationOptions options)
{
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
        int end = bytes.LastIndexOf(ThinkingEnd);
        ReadOnlySpan<byte> answer = end >= 0 ? bytes[(end + ThinkingEnd.Length)..].TrimStart(" \r\n\t"u8) : bytes;
        int start = answer.IndexOf(ThinkingStart);
        return start >= 0 ? answer[..start] : answer;
    }
}
