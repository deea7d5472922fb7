using System.Reflection;
using System.Text.Json;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Generation;
using PSLlmCluster.Core.Llama.Protocol;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>
/// Records of the engine, to the worker and back. Each of their properties has to cross, also those that are added later.
/// </summary>
public sealed class MessagesTests
{
    [Fact]
    public void Options_cross_whole()
    {
        EmbeddingOptions embedding = Filled(new EmbeddingOptions());
        WireReader reader = new(new WireWriter().Write(embedding).Written);
        Assert.Equal(embedding, reader.ReadEmbeddingOptions());

        ModelOptions model = Filled(new ModelOptions(string.Empty));
        reader = new WireReader(new WireWriter().Write(model).Written);
        Assert.Equal(JsonSerializer.Serialize(model), JsonSerializer.Serialize(reader.ReadModelOptions()));

        LlamaDevice[] devices = [Filled(new LlamaDevice { Backend = "b", IsUsable = false }), new() { Backend = "Cpu", IsUsable = true }];
        reader = new WireReader(new WireWriter().Write(devices).Written);
        Assert.Equal(devices, reader.ReadDevices());

        GenerationOptions generation = Filled(new GenerationOptions());
        reader = new WireReader(new WireWriter().Write(generation).Write(new GenerationOptions()).Written);
        Assert.Equal(JsonSerializer.Serialize(generation), JsonSerializer.Serialize(reader.ReadGenerationOptions()));
        Assert.Equal(JsonSerializer.Serialize(new GenerationOptions()), JsonSerializer.Serialize(reader.ReadGenerationOptions()));

        reader = new WireReader(new WireWriter().Write(new EmbeddingOptions()).Write(new ModelOptions("m.gguf")).Written);
        Assert.Equal(new EmbeddingOptions(), reader.ReadEmbeddingOptions());
        Assert.Equal(new ModelOptions("m.gguf"), reader.ReadModelOptions());
    }

    [Fact]
    public void Outcomes_and_failures_cross_whole()
    {
        EngineException failure = new("SomeId", FailureKind.NotSupported, "It is wrong: é.", "Mend it.");
        EmbeddingOutcome[] outcomes = [new(4, [1, -2.5f], 17, 2, null), new(5, null, 3, 1, failure), new(6, [], 0, 0, null)];
        WireReader reader = new(new WireWriter().Write(outcomes).Written);
        EmbeddingOutcome[] read = reader.ReadOutcomes();

        Assert.Equal(3, read.Length);
        Assert.Equal(outcomes[0].Vector, read[0].Vector);
        Assert.Equal((4, 17, 2), (read[0].Index, read[0].TokenCount, read[0].WindowCount));
        Assert.Null(read[1].Vector);
        Assert.Equal(
            (failure.ErrorId, failure.Kind, failure.Message, failure.RecommendedAction),
            (read[1].Failure!.ErrorId, read[1].Failure!.Kind, read[1].Failure!.Message, read[1].Failure!.RecommendedAction));
        Assert.Empty(read[2].Vector!);
    }

    [Fact]
    public void Completions_cross_whole()
    {
        GenerationOutcome[] outcomes =
        [
            new(3, "a name", 4, 90, GenerationEnding.StopString, null),
            new(4, null, 0, 7, GenerationEnding.Failed, new EngineException("SomeId", FailureKind.InvalidData, "It is wrong.", "Mend it.")),
            new(5, string.Empty, 0, 9, GenerationEnding.EndOfText, null),
        ];
        foreach (GenerationOutcome outcome in outcomes)
        {
            WireReader reader = new(new WireWriter().Write(outcome).Written);
            GenerationOutcome read = reader.ReadCompletion();
            Assert.Equal(outcome with { Failure = null }, read with { Failure = null });
            Assert.Equal(outcome.Failure?.ErrorId, read.Failure?.ErrorId);
        }
    }

    /// <summary>Gives every property of a record another value than it has.</summary>
    private static T Filled<T>(T record)
        where T : notnull
    {
        // Servers are asked by the session itself, and do not cross.
        foreach (PropertyInfo property in typeof(T).GetProperties().Where(
            property => property.CanWrite && property.PropertyType != typeof(EndpointOptions)))
        {
            object? old = property.GetValue(record);
            Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            object other = type.IsEnum ? Enum.GetValues(type).Cast<object>().First(value => !value.Equals(old))
                : type == typeof(string) ? old + "other: é"
                : type == typeof(bool) ? !(bool)old!
                : type == typeof(int) ? 7
                : type == typeof(long) ? 1L << 40
                : type == typeof(IReadOnlyList<float>) ? new[] { 0.5f, 3 }
                : type == typeof(IReadOnlyList<string>) ? new[] { property.Name, "é" }
                : throw new NotSupportedException($"{property} is of a type that this test does not know; add it here.");
            property.SetValue(record, other);
        }

        return record;
    }
}
