namespace PSLlmCluster.Core.Plotting;

/// <summary>What a character is to the Unicode bidirectional algorithm (UAX 9, table 4).</summary>
internal enum BidiClass
{
    /// <summary>A letter that runs from left to right (L).</summary>
    Left,

    /// <summary>A letter that runs from right to left (R).</summary>
    Right,

    /// <summary>A letter of Arabic, Syriac, Thaana or a script like them (AL).</summary>
    Arabic,

    /// <summary>A digit of European numbers, or of Persian and Urdu ones (EN).</summary>
    EuropeanNumber,

    /// <summary>A digit of Arabic numbers, or a separator in one (AN).</summary>
    ArabicNumber,

    /// <summary>A plus or minus sign (ES).</summary>
    EuropeanSeparator,

    /// <summary>A sign that belongs to the number beside it, such as % or a currency's (ET).</summary>
    EuropeanTerminator,

    /// <summary>A sign that joins digits of either kind to one number, such as a point or a colon (CS).</summary>
    CommonSeparator,

    /// <summary>A mark on the character before it, or one that is not drawn (NSM, BN).</summary>
    Mark,

    /// <summary>A space or any other sign (WS, ON).</summary>
    Neutral,
}
