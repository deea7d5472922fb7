namespace PSLlmCluster;

/// <summary>The ground that a map is drawn on.</summary>
public enum PlotTheme
{
    /// <summary>As the reader's system is set in a page; light in a picture.</summary>
    Auto,

    /// <summary>Dark on white.</summary>
    Light,

    /// <summary>Light on nearly black.</summary>
    Dark,
}
