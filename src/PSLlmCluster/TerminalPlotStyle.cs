namespace PSLlmCluster;

/// <summary>The characters that a map in the terminal is made of.</summary>
public enum TerminalPlotStyle
{
    /// <summary>Braille where the terminal has colours and writes Unicode, else ASCII.</summary>
    Auto,

    /// <summary>Patterns of two by four dots, the finest; a few fonts have none.</summary>
    Braille,

    /// <summary>Quarters of a character's cell, which nearly every font has.</summary>
    Block,

    /// <summary>A letter for each cluster, and dots for what is in none; needs no colour.</summary>
    Ascii,
}
