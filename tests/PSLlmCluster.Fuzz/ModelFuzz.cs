using System.Diagnostics;
using PSLlmCluster.Core;

namespace PSLlmCluster.Fuzz;

/// <summary>What came of many broken files.</summary>
/// <param name="Cases">The files.</param>
/// <param name="Loaded">Those that were loaded: what was broken did no harm.</param>
/// <param name="ErrorIds">How many ended with each error id.</param>
/// <param name="MostAllocated">The most that any one allocated, over its own length.</param>
/// <param name="Slowest">The longest that any one took.</param>
/// <param name="Failures">Those that ended in any other way, each with the seed that makes it again.</param>
public sealed record FuzzReport(
    int Cases,
    int Loaded,
    IReadOnlyDictionary<string, int> ErrorIds,
    double MostAllocated,
    TimeSpan Slowest,
    IReadOnlyList<string> Failures);

/// <summary>
/// Loads broken model files. Each has to load or to end with one of the error ids of model files, a message and a recommended action;
/// without allocating more than 1.5 times the whole file's length, or a tenth more than the whole file's own load, where that widens
/// weights, and what any reading needs; and without reading the file over and over.
/// </summary>
public static class ModelFuzz
{
    // A buffer, the header's values, and the rows that are widened.
    private const long AnyReading = 256 * 1024;
    private const double MostAllocated = 1.5;
    private const double MostOfWhole = 1.1;
    private const int MostReadings = 4;

    /// <summary>Loads broken files.</summary>
    /// <param name="file">The whole file that they are made of.</param>
    /// <param name="seeds">The numbers that say how each is broken.</param>
    /// <param name="load">Loads a file, and throws <see cref="EngineException"/> where it cannot.</param>
    /// <returns>What came of it.</returns>
    public static FuzzReport Run(byte[] file, IEnumerable<int> seeds, Action<Stream> load)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentNullException.ThrowIfNull(load);
        GgufMutator mutator = new(new GgufMap(file));
        SortedDictionary<string, int> errorIds = new(StringComparer.Ordinal);
        List<string> failures = [];
        int cases = 0, loaded = 0;
        double mostAllocated = 0;
        TimeSpan slowest = TimeSpan.Zero;

        // What is compiled or set up once is no broken file's doing. The second time shows what a whole file takes.
        load(new PieceStream([new Piece(file, 0, file.Length)]));
        long whole = GC.GetAllocatedBytesForCurrentThread();
        load(new PieceStream([new Piece(file, 0, file.Length)]));
        whole = GC.GetAllocatedBytesForCurrentThread() - whole;
        foreach (int seed in seeds)
        {
            (PieceStream broken, string what) = mutator.Mutate(seed);
            long length = Math.Max(broken.Length, file.Length);
            long before = GC.GetAllocatedBytesForCurrentThread();
            long started = Stopwatch.GetTimestamp();
            string? problem = null;
            try
            {
                load(broken);
                loaded++;
            }
            catch (EngineException failure) when (IsComplete(failure))
            {
                errorIds[failure.ErrorId] = errorIds.GetValueOrDefault(failure.ErrorId) + 1;
            }
#pragma warning disable CA1031 // Whatever else is thrown is what is looked for.
            catch (Exception failure)
            {
                problem = failure.ToString();
            }
#pragma warning restore CA1031

            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            mostAllocated = Math.Max(mostAllocated, (double)allocated / length);
            double most = Math.Max(MostAllocated * length, MostOfWhole * whole) + AnyReading;
            problem ??= allocated > most ? $"it took {allocated:N0} bytes of memory"
                : broken.BytesRead > (MostReadings * length) + AnyReading ? $"it read {broken.BytesRead:N0} bytes" : null;
            if (problem is not null)
            {
                failures.Add($"Seed {seed}, {what}, {broken.Length:N0} bytes long: {problem}");
            }

            cases++;
        }

        return new FuzzReport(cases, loaded, errorIds, mostAllocated, slowest, failures);
    }

    private static bool IsComplete(EngineException failure)
        => failure.Is(EngineErrorIds.OfModelFile) && failure.Message.Length > 0 && failure.RecommendedAction.Length > 0;
}
