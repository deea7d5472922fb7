namespace PSLlmCluster.Core.Phrases;

/// <summary>Whether a word connects others, as "of" and "and" do, by what its texts show.</summary>
internal enum Connection
{
    /// <summary>Nothing speaks for it.</summary>
    None,

    /// <summary>It may: a phrase that it begins or ends is better than none, where it has another word too.</summary>
    Possible,

    /// <summary>It does, as far as few texts can tell.</summary>
    Probable,

    /// <summary>It does, by where it stands in many texts.</summary>
    Certain,
}
