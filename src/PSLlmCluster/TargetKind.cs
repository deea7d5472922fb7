namespace PSLlmCluster;

/// <summary>What the targets of a supervised layout are (target_metric in umap-learn).</summary>
public enum TargetKind
{
    /// <summary>Labels: equal or not.</summary>
    Categorical,

    /// <summary>Numbers, whose difference counts.</summary>
    Numeric,
}
