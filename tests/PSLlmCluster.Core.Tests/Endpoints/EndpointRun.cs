using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Endpoints;

namespace PSLlmCluster.Core.Tests.Endpoints;

/// <summary>Texts that went through servers, and what became of them.</summary>
internal sealed record EndpointRun(
    IReadOnlyList<EmbeddingOutcome> Outcomes, EngineException? End, IReadOnlyList<EngineWarning> Warnings, IReadOnlyList<string> Lines)
{
    /// <summary>The time that a try may take in tests, which only a test ends.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(100);

    public static EndpointOptions Options(params FaultServer[] servers) => Options([.. servers.Select(server => server.Address)]);

    public static EndpointOptions Options(IReadOnlyList<Uri> addresses)
        => new() { Addresses = addresses, Model = "model", MostTexts = 8, Timeout = Timeout };

    public static EndpointRun Of(
        EndpointOptions endpoint,
        IReadOnlyList<string> texts,
        EmbeddingOptions? options = null,
        TimeProvider? time = null,
        CancellationToken token = default)
    {
        List<EmbeddingOutcome> outcomes = [];
        List<EngineWarning> warnings = [];
        List<string> lines = [];
        try
        {
            EndpointModel model = EndpointModel.Connect(endpoint, lines.Add, time ?? new HandTime(), token);
            using ITextEmbedder embedder = model.Open(options ?? new EmbeddingOptions(), lines.Add, token);
            try
            {
                for (int i = 0; i < texts.Count; i++)
                {
                    outcomes.AddRange(embedder.Add(i, texts[i]));
                }

                while (embedder.TakeNext() is { Count: > 0 } next)
                {
                    outcomes.AddRange(next);
                }
            }
            finally
            {
                while (embedder.TakeWarning() is { } warning)
                {
                    warnings.Add(warning);
                }
            }

            return new EndpointRun(outcomes, null, warnings, lines);
        }
        catch (EngineException end)
        {
            return new EndpointRun(outcomes, end, warnings, lines);
        }
    }

    /// <summary>Asserts that each text has its vector, in their order.</summary>
    public EndpointRun HasVectorsOf(IReadOnlyList<string> texts)
    {
        Assert.Null(End?.Message);
        Assert.Equal(Enumerable.Range(0, texts.Count), Outcomes.Select(outcome => outcome.Index));
        Assert.All(Outcomes, outcome => Assert.Equal(FaultServer.VectorOf(texts[outcome.Index]), outcome.Vector));
        return this;
    }

    /// <summary>Asserts that some texts fail, and all others have their vectors.</summary>
    public EndpointRun FailsFor(IReadOnlyList<string> texts, string id, params int[] failed)
    {
        Assert.Equal(Enumerable.Range(0, texts.Count), Outcomes.Select(outcome => outcome.Index));
        foreach (EmbeddingOutcome outcome in Outcomes)
        {
            Assert.Equal(failed.Contains(outcome.Index) ? id : null, outcome.Failure?.ErrorId);
            Assert.Equal(failed.Contains(outcome.Index) ? null : FaultServer.VectorOf(texts[outcome.Index]), outcome.Vector);
        }

        return this;
    }
}
