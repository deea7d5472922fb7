namespace PSLlmCluster.Core.Encoding.Tokenizing;

/// <summary>What WordPiece does with a character.</summary>
internal enum CharacterKind
{
    /// <summary>It is part of a word.</summary>
    Letter,

    /// <summary>It is a word of its own: punctuation, or a Chinese character.</summary>
    Alone,

    /// <summary>It is left out, and does not part words.</summary>
    Removed,

    /// <summary>It parts words.</summary>
    Space,

    /// <summary>Several characters take its place.</summary>
    Several,

    /// <summary>A syllable of Hangul, whose letters take its place.</summary>
    Hangul,
}
