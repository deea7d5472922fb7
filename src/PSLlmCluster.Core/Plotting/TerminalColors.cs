namespace PSLlmCluster.Core.Plotting;

/// <summary>The colours that a terminal shows.</summary>
public enum TerminalColors
{
    /// <summary>None: letters stand for the clusters.</summary>
    None,

    /// <summary>The 256 of xterm, which nearly every terminal has; each colour becomes the one that looks most like it.</summary>
    Indexed,

    /// <summary>All of 24 bits.</summary>
    Full,
}
