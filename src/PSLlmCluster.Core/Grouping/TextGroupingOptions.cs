using PSLlmCluster.Core.Caching;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Grouping.Naming;

namespace PSLlmCluster.Core.Grouping;

/// <summary>How texts are grouped. What is left out is decided by the number of texts; <see cref="GroupingRules"/> says how.</summary>
public sealed record TextGroupingOptions
{
    /// <summary>Gets the model that gives the vectors.</summary>
    public required ModelOptions Model { get; init; }

    /// <summary>
    /// Gets a value indicating whether somebody named the model; false by default, when vectors that come along may be another one's as
    /// long as it makes none.
    /// </summary>
    public bool IsModelNamed { get; init; }

    /// <summary>Gets how texts become vectors.</summary>
    public EmbeddingOptions Embedding { get; init; } = new();

    /// <summary>Gets the file that keeps vectors, so that they are made once; null, the default, for none.</summary>
    public CacheOptions? Cache { get; init; }

    /// <summary>
    /// Gets the fewest texts of a group, 2 or more; null, the default, is 2 to 5 by the number of texts. Larger values leave out finer
    /// resolutions.
    /// </summary>
    public int? MinGroupSize { get; init; }

    /// <summary>
    /// Gets how many groups there are to be, 1 or more, as nearly as the texts can be parted so; null, the default, leaves it to them. It
    /// cannot be given together with <see cref="Resolution"/>.
    /// </summary>
    public int? GroupCount { get; init; }

    /// <summary>Gets how finely the texts are parted; Auto by default. Fine makes more and smaller groups.</summary>
    public GroupResolution Resolution { get; init; } = GroupResolution.Auto;

    /// <summary>
    /// Gets the seed of the layout that the groups are found in; 42 by default. Another one may change groups at their edges.
    /// </summary>
    public int Seed { get; init; } = 42;

    /// <summary>
    /// Gets names that a person gave, by the group's number, -1 for what is in no group; null for none. They go before all others.
    /// </summary>
    public IReadOnlyDictionary<int, string>? GivenNames { get; init; }

    /// <summary>Gets the name that a person gave to what is in no group; null for none.</summary>
    internal string? RestName => GivenNames?.GetValueOrDefault(-1);

    /// <summary>Gets how a language model names the groups; null, the default, leaves that to their phrases.</summary>
    public ModelNamingOptions? Naming { get; init; }

    /// <summary>Checks the options.</summary>
    /// <exception cref="EngineException">One makes no sense; its id is GroupingOptionInvalid, or that of the part it is for.</exception>
    public void Validate()
    {
        Model.Validate();
        Embedding.Validate();
        Require(MinGroupSize is null or >= 2, $"MinGroupSize is {MinGroupSize}, and a group has two texts or more.", "Give 2 or more.");
        Require(GroupCount is null or >= 1, $"GroupCount is {GroupCount}, and there is one group at least.", "Give 1 or more.");
        Require(
            Enum.IsDefined(Resolution),
            $"Resolution is {Resolution}.",
            $"Give one of {string.Join(", ", Enum.GetNames<GroupResolution>())}.");
        Require(
            GroupCount is null || Resolution == GroupResolution.Auto,
            "GroupCount and Resolution both say how finely the texts are parted.",
            "Leave out one of them.");
    }

    private static void Require(bool holds, FormattableString message, string recommendedAction)
        => Require(holds, FormattableString.Invariant(message), recommendedAction);

    private static void Require(bool holds, string message, string recommendedAction)
    {
        if (!holds)
        {
            throw new EngineException(EngineErrorIds.GroupingOptionInvalid, FailureKind.InvalidArgument, message, recommendedAction);
        }
    }
}
