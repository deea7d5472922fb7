namespace PSLlmCluster.Core.Phrases;

/// <summary>What a run of characters is, which says how words are found in it.</summary>
internal enum WordKind
{
    /// <summary>No part of a word.</summary>
    None,

    /// <summary>A word of letters, with marks, digits and inner signs.</summary>
    Word,

    /// <summary>Digits without a letter.</summary>
    Number,

    /// <summary>A word of Hangul, which is written with spaces, but with its particles.</summary>
    Hangul,

    /// <summary>A run of Chinese characters.</summary>
    Ideographs,

    /// <summary>A run of katakana.</summary>
    Katakana,

    /// <summary>A run of a script that has letters and no spaces: Thai, Lao, Khmer, Burmese.</summary>
    Spaceless,
}
