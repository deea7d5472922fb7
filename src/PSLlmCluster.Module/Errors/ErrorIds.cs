namespace PSLlmCluster.Module.Errors;

/// <summary>
/// The ids of the errors that the cmdlets find themselves; they are stable, as scripts and tests go by them. Those that the engine finds
/// have theirs from <see cref="Core.EngineException"/>. All of them stand in the help topic about_PSLlmCluster.
/// </summary>
internal static class ErrorIds
{
    /// <summary>Neither the parameter nor the environment variable names a cache.</summary>
    public const string EmbeddingCacheNotNamed = nameof(EmbeddingCacheNotNamed);

    /// <summary>What came in is not a text, and no property was named.</summary>
    public const string InputNotText = nameof(InputNotText);

    /// <summary>What came in is neither a row of numbers nor an object that has one.</summary>
    public const string InputNotRow = nameof(InputNotRow);

    /// <summary>An object lacks the property that was named.</summary>
    public const string PropertyMissing = nameof(PropertyMissing);

    /// <summary>A property's value cannot be read.</summary>
    public const string PropertyNotReadable = nameof(PropertyNotReadable);

    /// <summary>A record fails while it is read.</summary>
    public const string RecordNotReadable = nameof(RecordNotReadable);

    /// <summary>A property's value is not a text.</summary>
    public const string PropertyNotText = nameof(PropertyNotText);

    /// <summary>A property's value is not a number, or not an array of numbers.</summary>
    public const string PropertyNotNumeric = nameof(PropertyNotNumeric);

    /// <summary>Some rows hold numbers that are not finite.</summary>
    public const string RowsNotFinite = nameof(RowsNotFinite);

    /// <summary>There are more or fewer values than rows.</summary>
    public const string ValueCountMismatch = nameof(ValueCountMismatch);

    /// <summary>No file fits a path with wildcards.</summary>
    public const string PathNoMatch = nameof(PathNoMatch);

    /// <summary>Neither -InputObject nor -Path says which rows.</summary>
    public const string InputMissing = nameof(InputMissing);

    /// <summary>Two parameters were given that exclude one another.</summary>
    public const string ParametersExclude = nameof(ParametersExclude);

    /// <summary>A parameter needs another one, which is missing.</summary>
    public const string ParameterMissing = nameof(ParameterMissing);

    /// <summary>A value that goes with a row is not what the parameter takes.</summary>
    public const string ValueInvalid = nameof(ValueInvalid);

    /// <summary>A parameter takes a list of rows of numbers, and was given something else.</summary>
    public const string ParameterNotRows = nameof(ParameterNotRows);

    /// <summary>A record has no place to be drawn at.</summary>
    public const string PlotCoordinatesMissing = nameof(PlotCoordinatesMissing);

    /// <summary>A record's place is not a number, or infinite.</summary>
    public const string PlotCoordinatesNotFinite = nameof(PlotCoordinatesNotFinite);

    /// <summary>A record's place is too far out to be drawn.</summary>
    public const string PlotCoordinatesTooLarge = nameof(PlotCoordinatesTooLarge);

    /// <summary>A record has no cluster.</summary>
    public const string PlotClusterMissing = nameof(PlotClusterMissing);

    /// <summary>A record has no number of a cluster.</summary>
    public const string ClusterMissing = nameof(ClusterMissing);

    /// <summary>Names of clusters that were given cannot be read.</summary>
    public const string ClusterNameInvalid = nameof(ClusterNameInvalid);

    /// <summary>A path leads to something other than files.</summary>
    public const string PathNotFileSystem = nameof(PathNotFileSystem);

    /// <summary>A path holds the character NUL.</summary>
    public const string PathHasNul = nameof(PathHasNul);

    /// <summary>A path cannot be understood.</summary>
    public const string PathInvalid = nameof(PathInvalid);

    /// <summary>Something failed that nobody foresaw.</summary>
    public const string UnexpectedFailure = nameof(UnexpectedFailure);

    /// <summary>There was not enough memory.</summary>
    public const string OutOfMemory = nameof(OutOfMemory);
}
