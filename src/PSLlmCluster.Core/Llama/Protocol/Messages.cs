using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Generation;

namespace PSLlmCluster.Core.Llama.Protocol;

/// <summary>How the records of the engine cross to the worker and back.</summary>
internal static class Messages
{
    // A failed outcome: two numbers for its texts' sizes, its index, two truth values and the lengths of three texts, at least.
    private const int LeastOutcomeLength = 16;

    // A device with nothing but a backend: the lengths of five texts, and five truth values.
    private const int LeastDeviceLength = 25;

    /// <summary>Writes which model, and where it runs.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="options">The options.</param>
    /// <returns>The writer.</returns>
    public static WireWriter Write(this WireWriter writer, ModelOptions options)
        => writer.Text(options.Path).Int((int)options.Device).OptionalInt(options.GpuLayerCount).Int((int)options.Engine)
            .OptionalInt(options.MainGpu).Floats(options.TensorSplit is { } shares ? [.. shares] : null);

    /// <summary>Reads which model, and where it runs.</summary>
    /// <param name="reader">Where from.</param>
    /// <returns>The options.</returns>
    public static ModelOptions ReadModelOptions(this ref WireReader reader)
        => new(
            reader.NeededText(),
            (ComputeDevice)reader.Int(),
            reader.OptionalInt(),
            (EmbeddingEngine)reader.Int(),
            reader.OptionalInt(),
            reader.Floats());

    /// <summary>Writes how texts become vectors.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="options">The options.</param>
    /// <returns>The writer.</returns>
    public static WireWriter Write(this WireWriter writer, EmbeddingOptions options)
        => writer.Int((int)options.Pooling).Bool(options.Normalize).OptionalInt(options.ThreadCount).OptionalInt(options.ContextLength)
            .OptionalInt(options.BatchSize).Text(options.Prefix).Text(options.Prompt).Int((int)options.LongText);

    /// <summary>Reads how texts become vectors.</summary>
    /// <param name="reader">Where from.</param>
    /// <returns>The options.</returns>
    public static EmbeddingOptions ReadEmbeddingOptions(this ref WireReader reader) => new()
    {
        Pooling = (PoolingType)reader.Int(),
        Normalize = reader.Bool(),
        ThreadCount = reader.OptionalInt(),
        ContextLength = reader.OptionalInt(),
        BatchSize = reader.OptionalInt(),
        Prefix = reader.NeededText(),
        Prompt = reader.NeededText(),
        LongText = (LongTextHandling)reader.Int(),
    };

    /// <summary>Writes devices.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="devices">The devices.</param>
    /// <returns>The writer.</returns>
    public static WireWriter Write(this WireWriter writer, IReadOnlyList<LlamaDevice> devices)
    {
        writer.Int(devices.Count);
        foreach (LlamaDevice device in devices)
        {
            writer.Text(device.Backend).Text(device.Name).Text(device.Description).OptionalInt((int?)device.Type)
                .OptionalInt(device.GpuIndex).OptionalLong(device.TotalMemory).OptionalLong(device.FreeMemory).Bool(device.IsUsable)
                .Text(device.Reason).Text(device.Library);
        }

        return writer;
    }

    /// <summary>Reads devices.</summary>
    /// <param name="reader">Where from.</param>
    /// <returns>The devices.</returns>
    public static LlamaDevice[] ReadDevices(this ref WireReader reader)
    {
        LlamaDevice[] devices = new LlamaDevice[reader.Count(LeastDeviceLength)];
        for (int i = 0; i < devices.Length; i++)
        {
            devices[i] = new LlamaDevice
            {
                Backend = reader.NeededText(),
                Name = reader.Text(),
                Description = reader.Text(),
                Type = (LlamaDeviceType?)reader.OptionalInt(),
                GpuIndex = reader.OptionalInt(),
                TotalMemory = reader.OptionalLong(),
                FreeMemory = reader.OptionalLong(),
                IsUsable = reader.Bool(),
                Reason = reader.Text(),
                Library = reader.Text(),
            };
        }

        return devices;
    }

    /// <summary>Writes how prompts are completed.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="options">The options.</param>
    /// <returns>The writer.</returns>
    public static WireWriter Write(this WireWriter writer, GenerationOptions options)
        => writer.Int(options.MostTokens).Texts(options.StopStrings).Text(options.Grammar).Texts(options.AllowedTexts)
            .Texts(options.TakenTexts).Bool(options.AreDistinct).Text(options.System).Text(options.Prefix).Text(options.AnswerStart)
            .Bool(options.UsesChatTemplate).Text(options.ChatTemplate).Int((int)options.Thinking).OptionalInt(options.ThreadCount)
            .OptionalInt(options.ContextLength);

    /// <summary>Reads how prompts are completed.</summary>
    /// <param name="reader">Where from.</param>
    /// <returns>The options.</returns>
    public static GenerationOptions ReadGenerationOptions(this ref WireReader reader) => new()
    {
        MostTokens = reader.Int(),
        StopStrings = reader.Texts(),
        Grammar = reader.Text(),
        AllowedTexts = reader.Texts(),
        TakenTexts = reader.Texts(),
        AreDistinct = reader.Bool(),
        System = reader.NeededText(),
        Prefix = reader.NeededText(),
        AnswerStart = reader.NeededText(),
        UsesChatTemplate = reader.Bool(),
        ChatTemplate = reader.Text(),
        Thinking = (ThinkingHandling)reader.Int(),
        ThreadCount = reader.OptionalInt(),
        ContextLength = reader.OptionalInt(),
    };

    /// <summary>Writes what became of a prompt.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="outcome">The outcome.</param>
    /// <returns>The writer.</returns>
    public static WireWriter Write(this WireWriter writer, GenerationOutcome outcome)
    {
        writer.Int(outcome.Index).Text(outcome.Text).Int(outcome.TokenCount).Int(outcome.PromptTokenCount).Int((int)outcome.Ending)
            .Bool(outcome.Failure is not null);
        return outcome.Failure is { } failure ? writer.Write(failure) : writer;
    }

    /// <summary>Reads what became of a prompt.</summary>
    /// <param name="reader">Where from.</param>
    /// <returns>The outcome.</returns>
    public static GenerationOutcome ReadCompletion(this ref WireReader reader) => new(
        reader.Int(),
        reader.Text(),
        reader.Int(),
        reader.Int(),
        (GenerationEnding)reader.Int(),
        reader.Bool() ? reader.ReadFailure() : null);

    /// <summary>Writes a failure; what caused it goes as the text of its message.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="failure">The failure.</param>
    /// <returns>The writer.</returns>
    public static WireWriter Write(this WireWriter writer, EngineException failure)
        => writer.Text(failure.ErrorId).Int((int)failure.Kind).Text(failure.Message).Text(failure.RecommendedAction);

    /// <summary>Reads a failure.</summary>
    /// <param name="reader">Where from.</param>
    /// <returns>The failure.</returns>
    public static EngineException ReadFailure(this ref WireReader reader)
        => new(reader.NeededText(), (FailureKind)reader.Int(), reader.NeededText(), reader.NeededText());

    /// <summary>Writes what became of texts.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="outcomes">The outcomes.</param>
    /// <returns>The writer.</returns>
    public static WireWriter Write(this WireWriter writer, IReadOnlyList<EmbeddingOutcome> outcomes)
    {
        writer.Int(outcomes.Count);
        foreach (EmbeddingOutcome outcome in outcomes)
        {
            writer.Int(outcome.Index).Int(outcome.TokenCount).Int(outcome.WindowCount).Floats(outcome.Vector);
            if (outcome.Vector is null)
            {
                writer.Write(outcome.Failure!);
            }
        }

        return writer;
    }

    /// <summary>Reads what became of texts.</summary>
    /// <param name="reader">Where from.</param>
    /// <returns>The outcomes.</returns>
    public static EmbeddingOutcome[] ReadOutcomes(this ref WireReader reader)
    {
        EmbeddingOutcome[] outcomes = new EmbeddingOutcome[reader.Count(LeastOutcomeLength)];
        for (int i = 0; i < outcomes.Length; i++)
        {
            (int index, int tokens, int windows) = (reader.Int(), reader.Int(), reader.Int());
            float[]? vector = reader.Floats();
            outcomes[i] = new EmbeddingOutcome(index, vector, tokens, windows, vector is null ? reader.ReadFailure() : null);
        }

        return outcomes;
    }
}
