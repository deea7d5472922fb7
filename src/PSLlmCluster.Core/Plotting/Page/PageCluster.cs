namespace PSLlmCluster.Core.Plotting.Page;

/// <summary>A cluster of a page.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Size">How many points it has.</param>
/// <param name="X">Where its name is, from left to right.</param>
/// <param name="Y">Where its name is, from bottom to top.</param>
/// <param name="Mark">The colour of its points.</param>
/// <param name="Text">The colour of its name.</param>
internal sealed record PageCluster(int Number, string Name, int Size, double X, double Y, PageColor Mark, PageColor Text);

/// <summary>A colour in both themes.</summary>
/// <param name="Light">The colour on a light ground, as #rrggbb.</param>
/// <param name="Dark">The colour on a dark ground.</param>
internal readonly record struct PageColor(string Light, string Dark);
