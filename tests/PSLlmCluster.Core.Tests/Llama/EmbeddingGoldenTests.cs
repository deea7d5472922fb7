using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Worker.Llama;
using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>Tokens and vectors against Hugging Face transformers', to the tolerances of goldens/embedding/README.md.</summary>
[Collection("llama")]
public sealed class EmbeddingGoldenTests
{
    private static readonly PoolingType[] _poolings = [PoolingType.Mean, PoolingType.Cls, PoolingType.Last];

    public static TheoryData<string, double, double> FullPrecision => new()
    {
        // Golden, relative error, 1 - cosine.
        { "tiny-qwen2-f32", 1e-5, 1e-9 },
        { "tiny-bert-f32", 2e-3, 1e-5 },
        { "minilm-q8_0", double.PositiveInfinity, 2e-3 },
    };

    [LlamaTheory]
    [InlineData("tiny-qwen2-f32")]
    [InlineData("tiny-bert-f32")]
    [InlineData("minilm-q8_0")]
    public void Tokens_are_the_references(string golden) => CheckTokens(golden);

    [SmolFact]
    public void Tokens_of_SmolLM2_are_the_references() => CheckTokens("smollm2-q4_1");

    [LlamaTheory]
    [MemberData(nameof(FullPrecision))]
    public void Vectors_of_a_batch_are_the_references_for_each_pooling(string golden, double relative, double cosine) =>
        CheckVectors(golden, relative, cosine, alone: false, every: 1, _poolings);

    [LlamaTheory]
    [MemberData(nameof(FullPrecision))]
    public void Vectors_of_texts_alone_are_the_references(string golden, double relative, double cosine) =>
        CheckVectors(golden, relative, cosine, alone: true, every: 1, _poolings);

    // The mean of all texts, the other poolings of every seventh: 30 layers on two cores take their time.
    [SmolFact]
    public void Vectors_of_SmolLM2_are_the_references()
    {
        CheckVectors("smollm2-q4_1", double.PositiveInfinity, 6e-3, alone: false, every: 1, PoolingType.Mean);
        CheckVectors("smollm2-q4_1", double.PositiveInfinity, 6e-3, alone: false, every: 7, PoolingType.Cls, PoolingType.Last);
    }

    [SmolFact]
    public void Vectors_of_SmolLM2_are_the_same_alone_and_in_a_batch() => CheckAloneAgainstBatch("smollm2-q4_1", every: 7);

    [LlamaTheory]
    [InlineData("tiny-qwen2-f32")]
    [InlineData("tiny-bert-f32")]
    [InlineData("minilm-q8_0")]
    public void A_text_alone_gives_the_vector_that_it_gives_in_a_batch(string golden) => CheckAloneAgainstBatch(golden, every: 1);

    private static void CheckTokens(string name)
    {
        EmbeddingGolden golden = new(name);
        LlamaModel model = TestModels.OfGolden(name);
        using EmbeddingContext keepsModel = new(model, ContextPlan.Packed(1, 32, 512), null, new NativeSignal(default), default);
        TextTokenizer tokenizer = new(model);
        foreach (GoldenText text in golden.Texts.Where(text => !text.TokensDiffer))
        {
            int[] content = tokenizer.Content(text.Text).ToArray();
            TextWindows cut = new(new WindowFrame(tokenizer.Before, null, tokenizer.After, false), golden.Window, LongTextHandling.Split);
            int windows = cut.Start(0, 1, content.Length).WindowCount;
            int[] tokens = [.. Enumerable.Range(0, windows).SelectMany(window => cut.Tokens(content, window))];
            Assert.True(
                text.Tokens.AsSpan().SequenceEqual(tokens),
                $"{text.Id}: {string.Join(' ', tokens)} instead of {string.Join(' ', text.Tokens)}");
            Assert.Equal(text.Windows, windows);
        }
    }

    private static void CheckVectors(string name, double relative, double cosine, bool alone, int every, params PoolingType[] poolings)
    {
        EmbeddingGolden golden = new(name);
        LlamaModel model = TestModels.OfGolden(name);
        int[] chosen = [.. Enumerable.Range(0, golden.Texts.Count).Where(i => i % every == 0 && !golden.Texts[i].TokensDiffer)];
        Assert.True(chosen.Length * every > 60);
        foreach (PoolingType pooling in poolings)
        {
            EmbeddingOutcome[] outcomes = TestModels.Embed(
                model, [.. chosen.Select(i => golden.Texts[i].Text)], new EmbeddingOptions { Pooling = pooling }, alone);
            for (int i = 0; i < chosen.Length; i++)
            {
                GoldenText text = golden.Texts[chosen[i]];
                Assert.Null(outcomes[i].Failure);
                Assert.Equal(text.Tokens.Length, outcomes[i].TokenCount);
                Assert.Equal(text.Windows, outcomes[i].WindowCount);
                ReadOnlySpan<float> expected = golden.Vector(pooling.ToString().ToLowerInvariant(), chosen[i]);
                double error = TestModels.RelativeError(outcomes[i].Vector, expected);
                double distance = 1 - TestModels.Cosine(outcomes[i].Vector, expected);
                Assert.True(
                    error <= relative && distance <= cosine, $"{text.Id}, {pooling}: relative error {error:g3}, 1 - cosine {distance:g3}");
            }
        }
    }

    private static void CheckAloneAgainstBatch(string name, int every)
    {
        EmbeddingGolden golden = new(name);
        LlamaModel model = TestModels.OfGolden(name);
        string[] texts = [.. golden.Texts.Where((_, i) => i % every == 0).Select(text => text.Text)];
        EmbeddingOutcome[] together = TestModels.Embed(model, texts);
        EmbeddingOutcome[] apart = TestModels.Embed(model, texts, alone: true);
        for (int i = 0; i < texts.Length; i++)
        {
            Assert.True(
                together[i].Vector.AsSpan().SequenceEqual(apart[i].Vector),
                $"{texts[i][..Math.Min(40, texts[i].Length)]}: {1 - TestModels.Cosine(together[i].Vector, apart[i].Vector):g3}");
        }
    }
}
