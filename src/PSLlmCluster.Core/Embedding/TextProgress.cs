using System.Diagnostics;
using System.Globalization;

namespace PSLlmCluster.Core.Embedding;

/// <summary>
/// How far a stream of texts is: how many are done and how many a second; and where their number is known, the share of them and the time
/// that is left.
/// </summary>
/// <param name="now">The time, in ticks of the stopwatch.</param>
public sealed class TextProgress(Func<long> now)
{
    private const double EndUnknown = -1;
    private long? _start;
    private int? _total;

    /// <summary>Initializes a new instance of the <see cref="TextProgress"/> class, which goes by the stopwatch.</summary>
    public TextProgress()
        : this(Stopwatch.GetTimestamp)
    {
    }

    /// <summary>Takes note that a text is on its way; the first one starts the clock.</summary>
    public void Start() => _start ??= now();

    /// <summary>Takes note of the number of texts, which a list that was given at once has.</summary>
    /// <param name="count">The number.</param>
    public void Expect(int count) => _total = count;

    /// <summary>Returns what there is to say.</summary>
    /// <param name="done">Texts that are done, of which some may have been skipped or failed.</param>
    /// <returns>The progress.</returns>
    public StageProgress At(int done)
    {
        double seconds = _start is long start ? Stopwatch.GetElapsedTime(start, now()).TotalSeconds : 0;
        double rate = seconds > 0 ? done / seconds : 0;
        string pace = rate > 0 ? string.Create(CultureInfo.InvariantCulture, $", {rate:#,0.#} a second") : string.Empty;
        return _total is int total && total >= done && done > 0
            ? new StageProgress($"{done} of {total} texts done{pace}", (double)done / total, rate > 0 ? (total - done) / rate : null)
            : new StageProgress($"{done} texts done{pace}", EndUnknown);
    }
}
