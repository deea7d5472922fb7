namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>An upright rectangle of a picture, in pixels from its upper left corner.</summary>
/// <param name="Left">The left end.</param>
/// <param name="Top">The upper end.</param>
/// <param name="Right">The right end, not less than the left one.</param>
/// <param name="Bottom">The lower end, not less than the upper one.</param>
internal readonly record struct Box(double Left, double Top, double Right, double Bottom)
{
    /// <summary>Gets the width.</summary>
    public double Width => Right - Left;

    /// <summary>Gets the height.</summary>
    public double Height => Bottom - Top;

    /// <summary>Returns the box with room around it.</summary>
    /// <param name="room">The room on each side.</param>
    /// <returns>The larger box.</returns>
    public Box Grow(double room) => new(Left - room, Top - room, Right + room, Bottom + room);

    /// <summary>Says whether two boxes share more than a border.</summary>
    /// <param name="other">The other box.</param>
    /// <returns>True where they overlap.</returns>
    public bool Overlaps(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;

    /// <summary>Says whether a box lies in this one.</summary>
    /// <param name="other">The other box.</param>
    /// <returns>True where no part of it lies outside.</returns>
    public bool Contains(Box other) => other.Left >= Left && other.Right <= Right && other.Top >= Top && other.Bottom <= Bottom;

    /// <summary>Returns how far a point is from the box.</summary>
    /// <param name="x">The point's place from the left.</param>
    /// <param name="y">The point's place from the top.</param>
    /// <returns>The distance; 0 within the box.</returns>
    public double Distance(double x, double y)
    {
        double dx = Math.Max(0, Math.Max(Left - x, x - Right));
        double dy = Math.Max(0, Math.Max(Top - y, y - Bottom));
        return Math.Sqrt((dx * dx) + (dy * dy));
    }
}
