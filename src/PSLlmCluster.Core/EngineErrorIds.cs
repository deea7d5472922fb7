namespace PSLlmCluster.Core;

/// <summary>
/// The ids of the errors that opening a language model and embedding texts can end with. They are stable, since scripts and tests rely on
/// them. All of them stand in the help topic about_PSLlmCluster, which says what each means.
/// </summary>
public static class EngineErrorIds
{
#pragma warning disable CS1591 // The names say it, and the help topic says it at length.
    public const string BatchSizeTooLarge = nameof(BatchSizeTooLarge);
    public const string BatchSizeTooSmall = nameof(BatchSizeTooSmall);
    public const string ContextFailed = nameof(ContextFailed);
    public const string ContextTooLong = nameof(ContextTooLong);
    public const string ContextTooShort = nameof(ContextTooShort);
    public const string EmbeddingFailed = nameof(EmbeddingFailed);
    public const string EmbeddingNotFinite = nameof(EmbeddingNotFinite);
    public const string GpuLayerCountInvalid = nameof(GpuLayerCountInvalid);
    public const string GpuNotAvailable = nameof(GpuNotAvailable);
    public const string ModelAccessDenied = nameof(ModelAccessDenied);
    public const string ModelCorrupt = nameof(ModelCorrupt);
    public const string ModelIsDirectory = nameof(ModelIsDirectory);
    public const string ModelLoadFailed = nameof(ModelLoadFailed);
    public const string ModelNoEmbedding = nameof(ModelNoEmbedding);
    public const string ModelNotFirstPart = nameof(ModelNotFirstPart);
    public const string ModelNotFound = nameof(ModelNotFound);
    public const string ModelNotGguf = nameof(ModelNotGguf);
    public const string ModelNotRegularFile = nameof(ModelNotRegularFile);
    public const string ModelNoVocabulary = nameof(ModelNoVocabulary);
    public const string ModelNoWeights = nameof(ModelNoWeights);
    public const string ModelPoolingUnsupported = nameof(ModelPoolingUnsupported);
    public const string ModelReadFailed = nameof(ModelReadFailed);
    public const string ModelReleased = nameof(ModelReleased);
    public const string ModelTokenizerUnsupported = nameof(ModelTokenizerUnsupported);
    public const string ModelTruncated = nameof(ModelTruncated);
    public const string NativeLibraryConflict = nameof(NativeLibraryConflict);
    public const string NativeLibraryMismatch = nameof(NativeLibraryMismatch);
    public const string NativeLibraryMissing = nameof(NativeLibraryMissing);
    public const string TextHasNoTokens = nameof(TextHasNoTokens);
    public const string TextRunTooLong = nameof(TextRunTooLong);
    public const string TextTooLong = nameof(TextTooLong);
    public const string ThreadCountInvalid = nameof(ThreadCountInvalid);
#pragma warning restore CS1591

    /// <summary>Gets the ids that say that a model's file cannot be used: another file is the cure.</summary>
    public static IReadOnlyList<string> OfModelFile { get; } =
    [
        ModelAccessDenied, ModelCorrupt, ModelIsDirectory, ModelLoadFailed, ModelNoEmbedding, ModelNotFirstPart, ModelNotFound,
        ModelNotGguf,
        ModelNotRegularFile, ModelNoVocabulary, ModelNoWeights, ModelPoolingUnsupported, ModelReadFailed, ModelTokenizerUnsupported,
        ModelTruncated,
    ];
}
