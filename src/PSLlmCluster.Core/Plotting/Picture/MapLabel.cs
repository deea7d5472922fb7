namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>What a label says.</summary>
internal enum LabelKind
{
    /// <summary>The title of the picture.</summary>
    Title,

    /// <summary>What stands below the title, beside an axis, or at an arrow.</summary>
    Note,

    /// <summary>The name of a cluster.</summary>
    Name,

    /// <summary>The text of a point.</summary>
    Text,
}

/// <summary>A label at its place.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Block">Its lines, measured.</param>
/// <param name="Box">What it covers, in pixels; as large as the block.</param>
/// <param name="Cluster">The cluster of the name or of the point.</param>
/// <param name="Leader">The line to what it names, or null where it lies beside it.</param>
/// <param name="IsCentered">Whether its lines are centred; else they begin at the left.</param>
internal sealed record MapLabel(
    LabelKind Kind, TextBlock Block, Box Box, int Cluster = -1, Leader? Leader = null, bool IsCentered = true)
{
    /// <summary>Returns where a line begins.</summary>
    /// <param name="line">The line.</param>
    /// <returns>Its left end and its base line, in pixels.</returns>
    public (double X, double Y) Place(int line) => (
        IsCentered ? ((Box.Left + Box.Right) / 2) - (Block.Widths[line] / 2) : Box.Left,
        Box.Top + Block.Ascent + (line * Block.Step));
}
