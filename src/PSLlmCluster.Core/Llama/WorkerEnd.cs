using System.Globalization;
using System.Text.RegularExpressions;

namespace PSLlmCluster.Core.Llama;

/// <summary>How a worker came to its end.</summary>
/// <param name="ExitCode">Its exit code, 128 and the signal's number where a signal ended it; null where it is not known.</param>
/// <param name="LastWords">The last lines that it wrote to its error stream.</param>
/// <param name="IsOurs">Whether the session ended it itself.</param>
internal sealed partial record WorkerEnd(int? ExitCode, IReadOnlyList<string> LastWords, bool IsOurs)
{
    /// <summary>The deaths of workers in a row, with no result in between, that end a piece of work.</summary>
    public const int MostInARow = 3;

    private const int FirstSignal = 128;
    private const int MostWords = 300;

    // signal(7), those that the kernel, the C library or people send; the numbers are those of Linux and macOS where the two agree.
    private static readonly Dictionary<int, string> _signals = new()
    {
        [1] = "SIGHUP",
        [4] = "SIGILL",
        [6] = "SIGABRT",
        [8] = "SIGFPE",
        [9] = "SIGKILL",
        [11] = "SIGSEGV",
        [15] = "SIGTERM",
    };

    /// <summary>
    /// Gets a value indicating whether something outside ended it: a person, the system for want of memory, or the session.
    /// </summary>
    public bool IsFromOutside => IsOurs || Signal is 1 or 9 or 15;

    /// <summary>Gets what ended it, in a few words: the signal or the exit code, and its last words.</summary>
    public string Description
    {
        get
        {
            string how = Signal is int signal
                ? _signals.TryGetValue(signal, out string? name) ? name : string.Create(CultureInfo.InvariantCulture, $"signal {signal}")
                : ExitCode is int code ? string.Create(CultureInfo.InvariantCulture, $"exit code {code}") : "its connection broke";
            string words = BuildFolder().Replace(string.Join(" | ", LastWords.TakeLast(3)), string.Empty);
            return words.Length == 0 ? how : $"{how}: {(words.Length > MostWords ? words[..MostWords] + "…" : words)}";
        }
    }

    private string Cure => IsFromOutside
        ? "Run it again. If nobody ended the process, the system did, for want of memory: take a smaller model, -ContextLength or "
            + "-BatchSize. -Verbose shows llama.cpp's log."
        : "Run it again. If it is always the same text or the same model, llama.cpp cannot do it: leave that text out, or take another "
            + "model. -Verbose shows llama.cpp's log.";

    // llama.cpp's assertions name their file by its path on the machine that built it.
    [GeneratedRegex(@"\S*/llama\.cpp/(?=src/|ggml/)")]
    private static partial Regex BuildFolder();

    private int? Signal => !OperatingSystem.IsWindows() && ExitCode > FirstSignal ? ExitCode - FirstSignal : null;

    /// <summary>Makes the error of a model that was being loaded or set up.</summary>
    /// <param name="path">The model's file.</param>
    /// <returns>The error: of the file, unless something outside ended the worker.</returns>
    public EngineException LostModel(string path) => IsFromOutside
        ? Lost($"{path} was not loaded")
        : new EngineException(
            EngineErrorIds.ModelLoadFailed,
            FailureKind.InvalidData,
            $"llama.cpp cannot run {path}, and its process ended over it ({Description}).",
            "The file is damaged, or of a kind that llama.cpp v0.5.0 does not know: fetch it again, or take another one. -Verbose shows "
                + "llama.cpp's whole log.");

    /// <summary>Makes the error of what was being computed.</summary>
    /// <param name="what">What was lost, as the start of a sentence: "The vector of this text was lost".</param>
    /// <returns>The error.</returns>
    public EngineException Lost(string what) => new(
        EngineErrorIds.WorkerDied,
        FailureKind.ResourceUnavailable,
        $"{what}: the process that runs llama.cpp ended ({Description}).",
        Cure);

    /// <summary>Makes the error of a piece of work whose workers ended <see cref="MostInARow"/> times.</summary>
    /// <param name="result">What it gives, one of them.</param>
    /// <returns>The error.</returns>
    public EngineException LostAgain(string result) => new(
        EngineErrorIds.WorkerDiedRepeatedly,
        FailureKind.ResourceUnavailable,
        $"The process that runs llama.cpp ended {MostInARow} times in a row, without one {result} in between ({Description}).",
        Cure);
}

/// <summary>Says that the worker is gone, in the middle of something.</summary>
/// <param name="end">How it ended.</param>
/// <param name="isFirstUse">Whether nothing had been done with it before.</param>
internal sealed class WorkerEndedException(WorkerEnd end, bool isFirstUse) : Exception(end.Description)
{
    /// <summary>Gets how it ended.</summary>
    public WorkerEnd End { get; } = end;

    /// <summary>
    /// Gets a value indicating whether something outside ended a worker that had served before, so that what was just begun is worth
    /// another try: the worker may have been gone already. A new one that dies over a model is not tried again, as memory may be short.
    /// </summary>
    public bool IsWorthAnotherTry => End.IsFromOutside && !isFirstUse;
}
