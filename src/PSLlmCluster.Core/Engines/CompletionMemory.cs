using System.Security.Cryptography;
using System.Text.Json;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Generation;
using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Engines;

/// <summary>
/// The completions that a session remembers. A completion follows from the model's file, where it runs, the options and the prompt, so one
/// that is remembered is what would be computed again: work that was stopped goes on where it was, and the same work twice is done once.
/// Nothing of a server is remembered: what it answers may change at any time.
/// </summary>
public static class CompletionMemory
{
    // About 200 bytes each.
    private const int MostCompletions = 20_000;

    private static readonly Lock _lock = new();
    private static readonly Dictionary<string, GenerationOutcome> _known = new(StringComparer.Ordinal);

    /// <summary>
    /// Opens a generator, which remembers where a file is its model. Each prompt is completed by itself, so completions cannot be made
    /// distinct.
    /// </summary>
    /// <param name="model">Which model, and where it runs.</param>
    /// <param name="options">How prompts are completed.</param>
    /// <param name="log">Receives llama.cpp's log; called on the thread that uses the generator.</param>
    /// <param name="progress">Receives the fraction that is loaded; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The generator, which the caller disposes.</returns>
    /// <exception cref="EngineException">It cannot be loaded, is no generative model, or the options do not suit it.</exception>
    public static ITextGenerator OpenGenerator(
        ModelOptions model,
        GenerationOptions options,
        Action<string>? log = null,
        IProgress<StageProgress>? progress = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        if (options.AreDistinct)
        {
            throw new EngineException(
                EngineErrorIds.GenerationOptionInvalid,
                FailureKind.InvalidArgument,
                "Completions that are remembered cannot be made distinct from one another.",
                "Give those that are taken as TakenTexts.");
        }

        ITextGenerator generator = ModelCache.OpenGenerator(model, options, log, progress, token);
        if (model.Endpoint is not null)
        {
            return generator;
        }

        string origin = JsonSerializer.Serialize(
            new { Files = ModelFile.Check(Path.GetFullPath(model.Path)).Files.Select(file => file.ToString()), model, options });
        return new RememberingGenerator(generator, origin);
    }

    /// <summary>Forgets all of them.</summary>
    public static void Clear()
    {
        lock (_lock)
        {
            _known.Clear();
        }
    }

    /// <summary>Puts a memory before a generator.</summary>
    /// <param name="inner">What computes; this disposes it.</param>
    /// <param name="origin">What a completion follows from beside the prompt.</param>
    internal sealed class RememberingGenerator(ITextGenerator inner, string origin) : ITextGenerator
    {
        /// <inheritdoc/>
        public int ContextLength => inner.ContextLength;

        /// <inheritdoc/>
        public IReadOnlyList<GenerationOutcome> Complete(IReadOnlyList<string> prompts, IProgress<GenerationOutcome>? progress = null)
        {
            ArgumentNullException.ThrowIfNull(prompts);
            string[] keys = [.. prompts.Select(KeyOf)];
            GenerationOutcome?[] outcomes = new GenerationOutcome?[prompts.Count];
            List<int> missing = [];
            for (int i = 0; i < keys.Length; i++)
            {
                outcomes[i] = Known(keys[i]) is { } known ? known with { Index = i } : null;
                if (outcomes[i] is null)
                {
                    missing.Add(i);
                }
            }

            int next = 0;
            ReportReady();
            if (missing.Count > 0)
            {
                inner.Complete([.. missing.Select(i => prompts[i])], new Receiver(Take));
            }

            return [.. outcomes.OfType<GenerationOutcome>()];

            void Take(GenerationOutcome outcome)
            {
                int index = missing[outcome.Index];
                outcomes[index] = outcome with { Index = index };
                if (outcome.Failure is null)
                {
                    Remember(keys[index], outcome);
                }

                ReportReady();
            }

            void ReportReady()
            {
                for (; next < outcomes.Length && outcomes[next] is { } ready; next++)
                {
                    progress?.Report(ready);
                }
            }
        }

        /// <inheritdoc/>
        public void Dispose() => inner.Dispose();

        private string KeyOf(string prompt)
            => Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new[] { origin, prompt })));

        private static GenerationOutcome? Known(string key)
        {
            lock (_lock)
            {
                return _known.GetValueOrDefault(key);
            }
        }

        private static void Remember(string key, GenerationOutcome outcome)
        {
            lock (_lock)
            {
                if (_known.Count >= MostCompletions)
                {
                    _known.Clear();
                }

                _known[key] = outcome;
            }
        }

        private sealed class Receiver(Action<GenerationOutcome> take) : IProgress<GenerationOutcome>
        {
            public void Report(GenerationOutcome value) => take(value);
        }
    }
}
