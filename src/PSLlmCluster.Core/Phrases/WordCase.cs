namespace PSLlmCluster.Core.Phrases;

/// <summary>How a word is written.</summary>
internal enum WordCase : byte
{
    /// <summary>No word of letters between spaces: a number, an edge, a run of a script without spaces, Korean.</summary>
    Other,

    /// <summary>In a script that has no capitals.</summary>
    None,

    /// <summary>In small letters.</summary>
    Small,

    /// <summary>With a capital, or with digits.</summary>
    Initial,

    /// <summary>In two or more letters, all capitals.</summary>
    Capitals,
}
