namespace PSLlmCluster.Core.Storage;

/// <summary>
/// The setting of a model file that says which engine made the vectors of the fitted rows. It is there only where that is known, or where
/// "none" may stand in its place.
/// </summary>
internal static class EngineSetting
{
    private const string Name = "embedding_engine";
    private const string None = "none";

    /// <summary>Writes the setting.</summary>
    /// <param name="settings">Receives it.</param>
    /// <param name="engine">The engine: Managed, Llama or Endpoint; null where it is not known.</param>
    public static void Write(ModelSettings settings, EmbeddingEngine? engine)
    {
        if (engine is { } known)
        {
            settings.Set<EmbeddingEngine>(Name, known);
        }
        else
        {
            settings.Set(Name, None);
        }
    }

    /// <summary>Reads the setting.</summary>
    /// <param name="file">The file, for errors.</param>
    /// <param name="settings">Its settings.</param>
    /// <returns>Managed, Llama or Endpoint.</returns>
    /// <exception cref="EngineException">It is missing or names neither (ModelFileDamaged).</exception>
    public static EmbeddingEngine Read(ModelFileReader file, ModelSettings settings)
    {
        EmbeddingEngine engine = settings.Choice<EmbeddingEngine>(Name);
        return IsOne(engine) ? engine : throw file.Damaged($"its setting '{Name}' is '{engine}'");
    }

    /// <summary>Reads the setting where it may say that the engine is not known.</summary>
    /// <param name="file">The file, for errors.</param>
    /// <param name="settings">Its settings.</param>
    /// <returns>Managed, Llama or Endpoint, or null where it is not known.</returns>
    /// <exception cref="EngineException">It is missing or names no engine (ModelFileDamaged).</exception>
    public static EmbeddingEngine? ReadOptional(ModelFileReader file, ModelSettings settings)
        => settings.Text(Name) == None ? null : Read(file, settings);

    /// <summary>Refuses a choice that stands for either engine: a vector comes from one.</summary>
    /// <param name="engine">The engine, or null where it is not known.</param>
    /// <returns>The same.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is Auto.</exception>
    public static EmbeddingEngine? Require(EmbeddingEngine? engine)
        => engine is null || IsOne(engine.Value)
            ? engine
            : throw new ArgumentOutOfRangeException(nameof(engine), engine, "Vectors come from one engine: Managed, Llama or Endpoint.");

    private static bool IsOne(EmbeddingEngine engine) => engine is not EmbeddingEngine.Auto && Enum.IsDefined(engine);
}
