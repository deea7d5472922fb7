using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Generation;
using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Grouping.Naming;

/// <summary>Clusters that a language model was asked to name.</summary>
/// <param name="Clusters">The clusters; where no name of the model stands, with the name that they had.</param>
/// <param name="Warnings">What the user should know.</param>
public sealed record ModelNames(IReadOnlyList<NamedCluster> Clusters, IReadOnlyList<EngineWarning> Warnings);

/// <summary>
/// Names clusters by a language model. <see cref="NamePrompt"/> says what it is asked, <see cref="NameForm"/> what is no
/// name, <see cref="NameTest"/> which names fit, and <see cref="NameRounds"/> who gets which. What a model here wrote is remembered for the
/// session: after a cancellation the same call goes on where it was.
/// </summary>
public static class ModelNaming
{
    private const double AskingStart = 0.1;
    private const double LeastCosine = 0.99;
    private const int ProbeCount = 3;
    private const int SampleCount = 16;

    /// <summary>Checks, before any work, whether the models can do it. They are loaded, and stay so.</summary>
    /// <param name="options">How clusters are named.</param>
    /// <param name="log">Receives the engines' lines; may be null.</param>
    /// <param name="progress">Receives the progress, on any thread; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">
    /// The language model cannot be loaded, is an encoder (ModelNotGenerative), or has no chat template (ChatTemplateMissing) or one that
    /// cannot be used (ChatTemplateUnsupported).
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void Check(
        ModelNamingOptions options,
        Action<string>? log = null,
        IProgress<StageProgress>? progress = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.NameModel.Endpoint is { } endpoint)
        {
            ModelCache.CheckGenerator(endpoint, log, token);
            return;
        }

        CheckedModelFile file = ModelFile.Check(Path.GetFullPath(options.NameModel.Path));
        if (file.Header.IsCausal && !file.Header.HasChatTemplate)
        {
            throw new EngineException(
                EngineErrorIds.ChatTemplateMissing,
                FailureKind.NotSupported,
                $"{options.NameModel.Path} has no chat template: it was not made to do what it is asked.",
                "Take a language model that was made to chat, often called Instruct or Chat.");
        }

        NamePrompt prompt = new([], [], options);
        ModelCache.OpenGenerator(options.NameModel, prompt.Options([], options.ThreadCount), log, progress, token).Dispose();
    }

    /// <summary>Names clusters.</summary>
    /// <param name="clusters">The clusters with the names of their phrases; names that were given stay.</param>
    /// <param name="rows">Their rows.</param>
    /// <param name="options">How they are named.</param>
    /// <param name="log">Receives the engines' lines; may be null.</param>
    /// <param name="progress">Receives the progress, on any thread; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The same clusters, in the same order, no two of one name.</returns>
    /// <exception cref="EngineException">A model cannot be loaded, or does not suit.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ModelNames Name(
        IReadOnlyList<NamedCluster> clusters,
        ClusterRows rows,
        ModelNamingOptions options,
        Action<string>? log = null,
        IProgress<StageProgress>? progress = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(clusters);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        if (clusters.All(cluster => cluster.Source == NameSource.Given || cluster.ByCentrality.Count == 0))
        {
            return new ModelNames(clusters, []);
        }

        RisingProgress? rising = RisingProgress.Create(progress);
        rising?.Report(new StageProgress("loading the models", 0));
        IEmbeddingModel model = ModelCache.Acquire(options.Model, log, null, token);
        List<EngineWarning> warnings = [];
        (ClusterRows tested, EngineWarning? warning) = TestRows(clusters, rows, options, Embed, log);
        NamePrompt prompt = new(rows.Texts, clusters, options);
        List<EngineException> failures = [];
        NameRounds rounds = new(Ask, prompt.SaysNothing, Embed, new NameTest(tested, token));
        IReadOnlyList<NamedCluster> named = rounds.Name(clusters);
        int count = named.Count(cluster => cluster.Source == NameSource.Model);
        log?.Invoke(
            FormattableString.Invariant($"{count} of {named.Count} names are of {options.NameModel.Name}; ")
                + FormattableString.Invariant($"{rounds.MalformedCount} answers were no names, and {rounds.MisplacedCount} names did not ")
                + "lie nearest to their own cluster");
        EngineWarning? unasked = failures.Count == 0 ? null : new EngineWarning(
            "NamesNotMade",
            FormattableString.Invariant($"{failures.Count} clusters could not be asked the name of, and keep that of their phrases. ")
                + failures[0].Message);
        // Each time texts are embedded, a server that is down is said to be so.
        return new ModelNames(named, [.. warnings.Distinct(), .. new[] { warning, unasked }.OfType<EngineWarning>()]);

        IReadOnlyList<string?> Ask(IReadOnlyList<NamedCluster> asked, IReadOnlyList<string> taken, bool withOthers)
        {
            using ITextGenerator generator = CompletionMemory.OpenGenerator(
                options.NameModel, prompt.Options(taken, options.ThreadCount), log, null, token);
            Counter counter = new(rising, asked.Count, !withOthers);
            counter.Say();
            IReadOnlyList<GenerationOutcome> outcomes
                = generator.Complete([.. asked.Select(cluster => prompt.Of(cluster, withOthers, generator.ContextLength))], counter);
            failures.AddRange(outcomes.Select(outcome => outcome.Failure).OfType<EngineException>());
            return
            [
                .. outcomes
                    .Select(outcome => outcome.Ending == GenerationEnding.MostTokens ? string.Empty : outcome.Text),
            ];
        }

        IReadOnlyList<float[]?> Embed(IReadOnlyList<string> texts)
        {
            float[]?[] vectors = new float[]?[texts.Count];
            using ITextEmbedder embedder = model.Open(options.Embedding, log, token);
            for (int i = 0; i < texts.Count; i++)
            {
                Take(embedder.Add(i, texts[i]));
            }

            Take(embedder.Flush());
            while (embedder.TakeWarning() is { } one)
            {
                warnings.Add(one);
            }

            return vectors;

            void Take(IReadOnlyList<EmbeddingOutcome> outcomes)
            {
                foreach (EmbeddingOutcome outcome in outcomes)
                {
                    vectors[outcome.Index] = outcome.Vector;
                }
            }
        }
    }

    /// <summary>
    /// Returns rows with vectors of the model that names are tested with: their own, where the model gives the same for some of their
    /// texts, else new ones of texts of each cluster.
    /// </summary>
    private static (ClusterRows Rows, EngineWarning? Warning) TestRows(
        IReadOnlyList<NamedCluster> clusters,
        ClusterRows rows,
        ModelNamingOptions options,
        Func<IReadOnlyList<string>, IReadOnlyList<float[]?>> embed,
        Action<string>? log)
    {
        int[] probes =
        [
            .. clusters.OrderByDescending(cluster => cluster.Count).ThenBy(cluster => cluster.Cluster)
                .Select(cluster => cluster.ByCentrality.FirstOrDefault(-1))
                .Where(row => row >= 0 && rows.Vectors?[row] is not null).Take(ProbeCount),
        ];
        if (options.HasVectorsOfModel)
        {
            return (rows, null);
        }

        IReadOnlyList<float[]?> vectors = embed([.. probes.Select(row => rows.Texts[row]!)]);
        if (probes.Length > 0 && probes.Select((row, i) => Cosine(rows.Vectors![row]!, vectors[i])).All(cosine => cosine >= LeastCosine))
        {
            return (rows, null);
        }

        string name = options.Model.Name;
        int[] sample =
        [
            .. clusters.SelectMany(
                cluster => cluster.Examples(SampleCount / 2, SampleCount / 4, SampleCount / 4).Take(SampleCount)),
        ];
        log?.Invoke($"names are tested on {sample.Length} texts, of which {name} makes vectors");
        string[] texts = [.. sample.Select(row => rows.Texts[row]!)];
        ClusterRows sampled = new(texts, [.. sample.Select(row => rows.Labels[row])]) { Vectors = embed(texts) };
        string message = $"The rows have other vectors than {name} gives for their texts, so names are tested on new vectors of up to "
            + FormattableString.Invariant($"{SampleCount} texts of each cluster. Name the model that the vectors come from.");
        return (sampled, probes.Length > 0 ? new EngineWarning("VectorsOfOtherModel", message) : null);
    }

    private static double Cosine(float[] left, float[]? right)
    {
        double product = 0;
        double leftSquares = 0;
        double rightSquares = 0;
        for (int i = 0; i < left.Length && left.Length == right?.Length; i++)
        {
            product += (double)left[i] * right[i];
            leftSquares += (double)left[i] * left[i];
            rightSquares += (double)right[i] * right[i];
        }

        return product / Math.Sqrt(leftSquares * rightSquares);
    }

    /// <summary>Counts the names that are made.</summary>
    private sealed class Counter(IProgress<StageProgress>? target, int count, bool isAgain) : IProgress<GenerationOutcome>
    {
        private int _done;

        public void Report(GenerationOutcome value)
        {
            _done++;
            Say();
        }

        /// <summary>Says how many there are; before the first too, which a large model takes minutes for.</summary>
        public void Say()
        {
            string what = isAgain ? "asking again for the names of" : "asking for the names of";
            double start = isAgain ? (1 + AskingStart) / 2 : AskingStart;
            double end = isAgain ? 1 : (1 + AskingStart) / 2;
            target?.Report(new StageProgress(
                FormattableString.Invariant($"{what} clusters: {_done} of {count}"), start + ((end - start) * _done / count)));
        }
    }
}
