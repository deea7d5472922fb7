using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Encoding;
using PSLlmCluster.Core.Tests.Llama;

namespace PSLlmCluster.Core.Tests.Encoding;

/// <summary>The encoder against Hugging Face transformers, every text and every pooling.</summary>
public sealed class EncoderGoldenTests
{
    // The largest relative error that was measured is 2e-6.
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData("tiny-bert-f32")]
    [InlineData("minilm-q8_0")]
    public void Vectors_are_the_references(string name)
    {
        EmbeddingGolden golden = new(name);
        EncoderModel model = EncoderModel.Load(TestModels.PathOfGolden(name));
        foreach (PoolingType type in new[] { PoolingType.Mean, PoolingType.Cls, PoolingType.Last })
        {
            string pooling = type.ToString().ToLowerInvariant();
            EmbeddingOutcome[] outcomes = TestModels.Embed(
                model, [.. golden.Texts.Select(text => text.Text)], new EmbeddingOptions { Pooling = type, ContextLength = golden.Window });
            for (int text = 0; text < outcomes.Length; text++)
            {
                Assert.Equal(golden.Texts[text].Tokens.Length, outcomes[text].TokenCount);
                Assert.Equal(golden.Texts[text].Windows, outcomes[text].WindowCount);
                double error = TestModels.RelativeError(outcomes[text].Vector, golden.Vector(pooling, text));
                Assert.True(error < Tolerance, $"{golden.Texts[text].Id}, {pooling}: {error:E2}");
            }
        }
    }
}
