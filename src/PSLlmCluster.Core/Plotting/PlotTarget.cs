namespace PSLlmCluster.Core.Plotting;

/// <summary>The file that a map is to be written to.</summary>
public static class PlotTarget
{
    /// <summary>Checks a path without writing anything, so that a host can say what is wrong with it before long work is done.</summary>
    /// <param name="path">The path; its ending says the format.</param>
    /// <param name="replaceProtected">Whether a write-protected file may be replaced.</param>
    /// <exception cref="EngineException">The ending is unknown, the folder does not exist, or the path is a folder or a write-protected file.</exception>
    public static void Check(string path, bool replaceProtected) => _ = PlotFile.At(path, replaceProtected);
}
