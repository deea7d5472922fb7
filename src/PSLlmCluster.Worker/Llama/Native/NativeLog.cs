using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace PSLlmCluster.Worker.Llama.Native;

/// <summary>
/// Takes llama.cpp's and ggml's log, which would go to the console otherwise, and keeps it until somebody may hear it.
/// Lines are kept per thread, so that two computations side by side do not get each other's; what other threads say
/// (ggml's own workers) goes to whoever asks next.
/// </summary>
internal static unsafe class NativeLog
{
    // ggml.h: a message of this level goes on where the last one ended.
    private const int GgmlLogLevelCont = 5;
    private const int GgmlLogLevelError = 4;
    private const int GgmlLogLevelDebug = 1;
    private const int MostLinesOfOthers = 1000;

    private static readonly List<string> _ofOthers = [];

    [ThreadStatic]
    private static NativeLogBuffer? _current;

    [ThreadStatic]
    private static bool _isForDevelopers;

    /// <summary>Gets the function that llama_log_set is given.</summary>
    public static delegate* unmanaged[Cdecl]<int, byte*, void*, void> Callback => &Receive;

    /// <summary>Collects what is logged on this thread until <see cref="NativeLogBuffer.Dispose"/>.</summary>
    /// <param name="log">Receives the lines at the end, in order; null where nobody wants them.</param>
    /// <returns>The buffer.</returns>
    public static NativeLogBuffer Collect(Action<string>? log) => _current = new NativeLogBuffer(log, _current);

    /// <summary>Ends a collection, and returns what no collection got.</summary>
    /// <param name="buffer">The collection that ends.</param>
    /// <returns>Lines of other threads.</returns>
    internal static string[] End(NativeLogBuffer buffer)
    {
        _current = buffer.Outer;
        lock (_ofOthers)
        {
            string[] lines = [.. _ofOthers];
            _ofOthers.Clear();
            return lines;
        }
    }

    // An exception must not cross into native code, and nothing here can throw but for want of memory.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Receive(int level, byte* text, void* userData)
    {
        // Lines for llama.cpp's own developers, of which one graph writes hundreds, would drown what users look for.
        _isForDevelopers = level == GgmlLogLevelCont ? _isForDevelopers : level == GgmlLogLevelDebug;
        if (_isForDevelopers)
        {
            return;
        }

        string message = System.Text.Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
        if (_current is { } buffer)
        {
            buffer.Append(message, goesOn: level == GgmlLogLevelCont, isError: level == GgmlLogLevelError);
            return;
        }

        lock (_ofOthers)
        {
            if (_ofOthers.Count < MostLinesOfOthers)
            {
                _ofOthers.Add(message.TrimEnd());
            }
        }
    }
}

/// <summary>The log of one native call, or of a few.</summary>
internal sealed class NativeLogBuffer : IDisposable
{
    private readonly Action<string>? _log;
    private readonly List<string> _lines = [];
    private readonly List<string> _errors = [];
    private readonly StringBuilder _line = new();
    private bool _lineIsError;

    /// <summary>Initializes a new instance of the <see cref="NativeLogBuffer"/> class.</summary>
    /// <param name="log">Receives the lines at the end.</param>
    /// <param name="outer">The collection that goes on when this one ends.</param>
    internal NativeLogBuffer(Action<string>? log, NativeLogBuffer? outer)
    {
        _log = log;
        Outer = outer;
    }

    /// <summary>Gets the collection that goes on when this one ends.</summary>
    internal NativeLogBuffer? Outer { get; }

    /// <summary>Returns llama.cpp's last complaints as one text.</summary>
    /// <param name="count">The most lines.</param>
    /// <returns>The last error lines, or the very last lines where none was an error; empty where there was nothing.</returns>
    public string LastErrors(int count = 3)
    {
        EndLine();
        List<string> lines = _errors.Count > 0 ? _errors : _lines;
        return string.Join(" | ", lines.Skip(Math.Max(0, lines.Count - count)));
    }

    /// <summary>Hands the lines over.</summary>
    public void Dispose()
    {
        EndLine();
        foreach (string line in NativeLog.End(this).Concat(_lines))
        {
            _log?.Invoke(line);
        }
    }

    /// <summary>Adds a message, which may be a part of a line or several lines.</summary>
    /// <param name="message">The text.</param>
    /// <param name="goesOn">True where it goes on where the last message ended.</param>
    /// <param name="isError">True for a complaint.</param>
    internal void Append(string message, bool goesOn, bool isError)
    {
        if (!goesOn)
        {
            EndLine();
            _lineIsError = isError;
        }

        foreach (char character in message)
        {
            if (character == '\n')
            {
                EndLine();
            }
            else if (!char.IsControl(character))
            {
                _line.Append(character);
            }
        }
    }

    private void EndLine()
    {
        if (_line.Length == 0)
        {
            return;
        }

        string line = _line.ToString();
        _line.Clear();
        _lines.Add(line);
        if (_lineIsError)
        {
            _errors.Add(line);
        }
    }
}
