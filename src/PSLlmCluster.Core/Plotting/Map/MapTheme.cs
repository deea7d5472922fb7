namespace PSLlmCluster.Core.Plotting.Map;

/// <summary>The colours of one theme other than the clusters'.</summary>
/// <param name="Ground">What everything is drawn on.</param>
/// <param name="Ink">Titles, and the texts of points.</param>
/// <param name="Muted">The subtitle, and counts.</param>
/// <param name="Line">Leader lines.</param>
/// <param name="Noise">Points of no cluster.</param>
/// <param name="Plain">Points that were never clustered.</param>
/// <param name="Colors">The twelve colours of clusters that are used unless others are asked for.</param>
internal sealed record MapTheme(
    MapColor Ground, MapColor Ink, MapColor Muted, MapColor Line, MapColor Noise, MapColor Plain, IReadOnlyList<MapColor> Colors)
{
    /// <summary>The least contrast ratio of a mark against the ground (WCAG 2.2, 1.4.11).</summary>
    public const double LeastContrastOfMarks = 3;

    /// <summary>The least contrast ratio of a text against the ground (WCAG 2.2, 1.4.3).</summary>
    public const double LeastContrastOfTexts = 4.5;

    /// <summary>
    /// Gets the light theme. Its colours were searched for on a grid of sRGB, for the largest least difference between any two in the worst
    /// of four kinds of sight: 9.5 (CIEDE2000), and 12 from noise, with a contrast of 3.15 or more.
    /// </summary>
    public static MapTheme Light { get; } = new(
        MapColor.White,
        MapColor.Of(0x22252A),
        MapColor.Of(0x666B73),
        MapColor.Of(0x8A8F98),
        MapColor.Of(0xC8CBD0),
        MapColor.Of(0x4477AA),
        [
            .. new[]
            {
                0x4488FF, 0xCC2244, 0x009988, 0x889900, 0xAA66BB, 0xCC7766, 0x007744, 0xAA0077, 0x775500, 0x4455AA, 0xEE3388, 0x6600FF,
            }.Select(MapColor.Of),
        ]);

    /// <summary>Gets the dark theme: the same search gave 11.1 between any two, with a contrast of 4.6 or more.</summary>
    public static MapTheme Dark { get; } = new(
        MapColor.Of(0x14161A),
        MapColor.Of(0xE6E8EB),
        MapColor.Of(0x9AA0A8),
        MapColor.Of(0x7A808A),
        MapColor.Of(0x4A4E56),
        MapColor.Of(0x77AADD),
        [
            .. new[]
            {
                0x0088FF, 0xFF2200, 0x22CCCC, 0xEEDD00, 0xEE7799, 0xDDAA55, 0xAADDAA, 0xAAAAFF, 0x778844, 0x009977, 0xFFCCFF, 0x9977AA,
            }.Select(MapColor.Of),
        ]);

    /// <summary>Returns the theme of a picture.</summary>
    /// <param name="theme">What was asked for; a picture's Auto is light.</param>
    /// <returns>The theme.</returns>
    public static MapTheme Of(PlotTheme theme) => theme == PlotTheme.Dark ? Dark : Light;
}
