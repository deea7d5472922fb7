namespace PSLlmCluster.Core;

/// <summary>What becomes of a file that is there already when one of the same name is to be written.</summary>
/// <param name="Force">
/// Whether it is replaced even where it is read-only, or nothing that this module wrote, and folders that are missing are made.
/// </param>
/// <param name="NoClobber">Whether it is left as it is, which is an error then.</param>
public readonly record struct OverwriteRule(bool Force, bool NoClobber);
