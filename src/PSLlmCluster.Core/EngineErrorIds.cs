namespace PSLlmCluster.Core;

/// <summary>
/// The ids of the errors that the engine's work can end with. They are stable, since scripts and tests rely on them. All of them stand in
/// the help topic about_PSLlmCluster, which says what each means.
/// </summary>
public static class EngineErrorIds
{
#pragma warning disable CS1591 // The names say it, and the help topic says it at length.
    public const string BackendArchiveInvalid = nameof(BackendArchiveInvalid);
    public const string BackendArchiveUnreadable = nameof(BackendArchiveUnreadable);
    public const string BackendArchiveWrong = nameof(BackendArchiveWrong);
    public const string BackendDownloadFailed = nameof(BackendDownloadFailed);
    public const string BackendFolderNotWritable = nameof(BackendFolderNotWritable);
    public const string BackendInUse = nameof(BackendInUse);
    public const string BackendInstalled = nameof(BackendInstalled);
    public const string BackendNotForPlatform = nameof(BackendNotForPlatform);
    public const string BackendNotInstalled = nameof(BackendNotInstalled);
    public const string BackendPinsMissing = nameof(BackendPinsMissing);
    public const string BatchSizeTooLarge = nameof(BatchSizeTooLarge);
    public const string BatchSizeTooSmall = nameof(BatchSizeTooSmall);
    public const string ChatTemplateMissing = nameof(ChatTemplateMissing);
    public const string ChatTemplateUnsupported = nameof(ChatTemplateUnsupported);
    public const string ContextFailed = nameof(ContextFailed);
    public const string ContextTooLong = nameof(ContextTooLong);
    public const string ContextTooShort = nameof(ContextTooShort);
    public const string EmbeddingCacheAgeInvalid = nameof(EmbeddingCacheAgeInvalid);
    public const string EmbeddingCacheBusy = nameof(EmbeddingCacheBusy);
    public const string EmbeddingCacheDamaged = nameof(EmbeddingCacheDamaged);
    public const string EmbeddingCacheFailed = nameof(EmbeddingCacheFailed);
    public const string EmbeddingCacheFolderNotFound = nameof(EmbeddingCacheFolderNotFound);
    public const string EmbeddingCacheForeign = nameof(EmbeddingCacheForeign);
    public const string EmbeddingCacheFull = nameof(EmbeddingCacheFull);
    public const string EmbeddingCacheNotFound = nameof(EmbeddingCacheNotFound);
    public const string EmbeddingCacheNotLocal = nameof(EmbeddingCacheNotLocal);
    public const string EmbeddingCacheNotRegular = nameof(EmbeddingCacheNotRegular);
    public const string EmbeddingCacheNotWritable = nameof(EmbeddingCacheNotWritable);
    public const string EmbeddingCacheSame = nameof(EmbeddingCacheSame);
    public const string EmbeddingCacheVersionUnknown = nameof(EmbeddingCacheVersionUnknown);
    public const string EmbeddingFailed = nameof(EmbeddingFailed);
    public const string EmbeddingFileAccessDenied = nameof(EmbeddingFileAccessDenied);
    public const string EmbeddingFileDamaged = nameof(EmbeddingFileDamaged);
    public const string EmbeddingFileDoubleKey = nameof(EmbeddingFileDoubleKey);
    public const string EmbeddingFileExists = nameof(EmbeddingFileExists);
    public const string EmbeddingFileFolderNotFound = nameof(EmbeddingFileFolderNotFound);
    public const string EmbeddingFileForeign = nameof(EmbeddingFileForeign);
    public const string EmbeddingFileFormatUnknown = nameof(EmbeddingFileFormatUnknown);
    public const string EmbeddingFileGap = nameof(EmbeddingFileGap);
    public const string EmbeddingFileIsDirectory = nameof(EmbeddingFileIsDirectory);
    public const string EmbeddingFileKeyOrder = nameof(EmbeddingFileKeyOrder);
    public const string EmbeddingFileKeyTooLarge = nameof(EmbeddingFileKeyTooLarge);
    public const string EmbeddingFileMismatch = nameof(EmbeddingFileMismatch);
    public const string EmbeddingFileNotFound = nameof(EmbeddingFileNotFound);
    public const string EmbeddingFileNotRegular = nameof(EmbeddingFileNotRegular);
    public const string EmbeddingFileNotWritable = nameof(EmbeddingFileNotWritable);
    public const string EmbeddingFileReadFailed = nameof(EmbeddingFileReadFailed);
    public const string EmbeddingFileReadOnly = nameof(EmbeddingFileReadOnly);
    public const string EmbeddingFileSame = nameof(EmbeddingFileSame);
    public const string EmbeddingFileTooLarge = nameof(EmbeddingFileTooLarge);
    public const string EmbeddingFileVersionUnknown = nameof(EmbeddingFileVersionUnknown);
    public const string EmbeddingModelChanged = nameof(EmbeddingModelChanged);
    public const string EmbeddingNotFinite = nameof(EmbeddingNotFinite);
    public const string EmbeddingNotHalf = nameof(EmbeddingNotHalf);
    public const string EmbeddingTextNotUnicode = nameof(EmbeddingTextNotUnicode);
    public const string EngineNotSuitable = nameof(EngineNotSuitable);
    public const string GenerationFailed = nameof(GenerationFailed);
    public const string GenerationNotPossible = nameof(GenerationNotPossible);
    public const string GenerationOptionInvalid = nameof(GenerationOptionInvalid);
    public const string GpuLayerCountInvalid = nameof(GpuLayerCountInvalid);
    public const string GpuMemoryTooSmall = nameof(GpuMemoryTooSmall);
    public const string GpuNotAvailable = nameof(GpuNotAvailable);
    public const string GrammarInvalid = nameof(GrammarInvalid);
    public const string GroupModelMismatch = nameof(GroupModelMismatch);
    public const string GroupingOptionInvalid = nameof(GroupingOptionInvalid);
    public const string HdbscanModelNotPossible = nameof(HdbscanModelNotPossible);
    public const string HdbscanOptionInvalid = nameof(HdbscanOptionInvalid);
    public const string InitialCoordinatesInvalid = nameof(InitialCoordinatesInvalid);
    public const string IsolationInvalid = nameof(IsolationInvalid);
    public const string LayersNotPossible = nameof(LayersNotPossible);
    public const string MainGpuInvalid = nameof(MainGpuInvalid);
    public const string MembershipNotPossible = nameof(MembershipNotPossible);
    public const string MembershipTooLarge = nameof(MembershipTooLarge);
    public const string ModelAccessDenied = nameof(ModelAccessDenied);
    public const string ModelCorrupt = nameof(ModelCorrupt);
    public const string ModelFileAccessDenied = nameof(ModelFileAccessDenied);
    public const string ModelFileDamaged = nameof(ModelFileDamaged);
    public const string ModelFileExists = nameof(ModelFileExists);
    public const string ModelFileFolderNotFound = nameof(ModelFileFolderNotFound);
    public const string ModelFileForeign = nameof(ModelFileForeign);
    public const string ModelFileIsDirectory = nameof(ModelFileIsDirectory);
    public const string ModelFileKindWrong = nameof(ModelFileKindWrong);
    public const string ModelFileNotFound = nameof(ModelFileNotFound);
    public const string ModelFileNotRegular = nameof(ModelFileNotRegular);
    public const string ModelFileNotWritable = nameof(ModelFileNotWritable);
    public const string ModelFileReadFailed = nameof(ModelFileReadFailed);
    public const string ModelFileTooLarge = nameof(ModelFileTooLarge);
    public const string ModelFileVersionUnknown = nameof(ModelFileVersionUnknown);
    public const string ModelIsDirectory = nameof(ModelIsDirectory);
    public const string ModelLoadFailed = nameof(ModelLoadFailed);
    public const string ModelNoEmbedding = nameof(ModelNoEmbedding);
    public const string ModelNoVocabulary = nameof(ModelNoVocabulary);
    public const string ModelNoWeights = nameof(ModelNoWeights);
    public const string ModelNotFirstPart = nameof(ModelNotFirstPart);
    public const string ModelNotFound = nameof(ModelNotFound);
    public const string ModelNotGenerative = nameof(ModelNotGenerative);
    public const string ModelNotGguf = nameof(ModelNotGguf);
    public const string ModelNotRegularFile = nameof(ModelNotRegularFile);
    public const string ModelPoolingUnsupported = nameof(ModelPoolingUnsupported);
    public const string ModelReadFailed = nameof(ModelReadFailed);
    public const string ModelReleased = nameof(ModelReleased);
    public const string ModelTokenizerUnsupported = nameof(ModelTokenizerUnsupported);
    public const string ModelTruncated = nameof(ModelTruncated);
    public const string NativeLibraryConflict = nameof(NativeLibraryConflict);
    public const string NativeLibraryMismatch = nameof(NativeLibraryMismatch);
    public const string NativeLibraryMissing = nameof(NativeLibraryMissing);
    public const string NotAModelFile = nameof(NotAModelFile);
    public const string NotEnoughMemory = nameof(NotEnoughMemory);
    public const string NpmMissing = nameof(NpmMissing);
    public const string PlotBundleMissing = nameof(PlotBundleMissing);
    public const string PlotColorUnknown = nameof(PlotColorUnknown);
    public const string PlotFileExists = nameof(PlotFileExists);
    public const string PlotFileReadOnly = nameof(PlotFileReadOnly);
    public const string PlotFolderNotFound = nameof(PlotFolderNotFound);
    public const string PlotFormatUnknown = nameof(PlotFormatUnknown);
    public const string PlotPathIsDirectory = nameof(PlotPathIsDirectory);
    public const string PlotPathNotRegular = nameof(PlotPathNotRegular);
    public const string PlotPathNotWritable = nameof(PlotPathNotWritable);
    public const string PlotSizeOutOfRange = nameof(PlotSizeOutOfRange);
    public const string PlotTooLarge = nameof(PlotTooLarge);
    public const string PrecomputedDiagonalNotZero = nameof(PrecomputedDiagonalNotZero);
    public const string PrecomputedNeighborsInvalid = nameof(PrecomputedNeighborsInvalid);
    public const string PrecomputedNotDistance = nameof(PrecomputedNotDistance);
    public const string PrecomputedNotSquare = nameof(PrecomputedNotSquare);
    public const string PrecomputedNotSymmetric = nameof(PrecomputedNotSymmetric);
    public const string PromptInvalid = nameof(PromptInvalid);
    public const string PromptPoolingInvalid = nameof(PromptPoolingInvalid);
    public const string PromptPrefixInvalid = nameof(PromptPrefixInvalid);
    public const string PromptTooLong = nameof(PromptTooLong);
    public const string PromptUnsupported = nameof(PromptUnsupported);
    public const string RowEmpty = nameof(RowEmpty);
    public const string RowLengthMismatch = nameof(RowLengthMismatch);
    public const string RowNotFinite = nameof(RowNotFinite);
    public const string TargetInvalid = nameof(TargetInvalid);
    public const string TensorSplitInvalid = nameof(TensorSplitInvalid);
    public const string TextHasNoTokens = nameof(TextHasNoTokens);
    public const string TextRunTooLong = nameof(TextRunTooLong);
    public const string TextTooLong = nameof(TextTooLong);
    public const string ThreadCountInvalid = nameof(ThreadCountInvalid);
    public const string TooManyNumbers = nameof(TooManyNumbers);
    public const string UmapModelNotPossible = nameof(UmapModelNotPossible);
    public const string UmapOptionInvalid = nameof(UmapOptionInvalid);
    public const string WeightsInvalid = nameof(WeightsInvalid);
    public const string WorkerDied = nameof(WorkerDied);
    public const string WorkerDiedRepeatedly = nameof(WorkerDiedRepeatedly);
    public const string WorkerFailed = nameof(WorkerFailed);
    public const string WorkerStartFailed = nameof(WorkerStartFailed);
#pragma warning restore CS1591

    /// <summary>Gets the ids that say that a model's file cannot be used: another file is the recommended action.</summary>
    public static IReadOnlyList<string> OfModelFile { get; } =
    [
        ModelAccessDenied, ModelCorrupt, ModelIsDirectory, ModelLoadFailed, ModelNoEmbedding, ModelNotFirstPart, ModelNotFound,
        ModelNotGenerative, ModelNotGguf, ModelNotRegularFile, ModelNoVocabulary, ModelNoWeights, ModelPoolingUnsupported,
        ModelReadFailed, ModelTokenizerUnsupported, ModelTruncated,
    ];
}
