namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>The line from a label to what it names.</summary>
/// <param name="FromX">The label's end, from the left.</param>
/// <param name="FromY">The label's end, from the top.</param>
/// <param name="ToX">The mark's end, from the left.</param>
/// <param name="ToY">The mark's end, from the top.</param>
internal readonly record struct Leader(double FromX, double FromY, double ToX, double ToY)
{
    /// <summary>Returns the shortest line from a box to a point.</summary>
    /// <param name="box">The box.</param>
    /// <param name="x">The point's place from the left.</param>
    /// <param name="y">The point's place from the top.</param>
    /// <param name="gap">How far it stays from the point.</param>
    /// <returns>The line.</returns>
    public static Leader Between(Box box, double x, double y, double gap)
    {
        double fromX = Math.Clamp(x, box.Left, box.Right);
        double fromY = Math.Clamp(y, box.Top, box.Bottom);
        double length = Math.Max(1e-9, Math.Sqrt(((x - fromX) * (x - fromX)) + ((y - fromY) * (y - fromY))));
        double part = Math.Max(0, (length - gap) / length);
        return new Leader(fromX, fromY, fromX + ((x - fromX) * part), fromY + ((y - fromY) * part));
    }

    /// <summary>Says whether two lines cross or touch.</summary>
    /// <param name="other">The other line.</param>
    /// <returns>True where they do.</returns>
    public bool Crosses(Leader other)
    {
        double a = Side(other.FromX, other.FromY);
        double b = Side(other.ToX, other.ToY);
        double c = other.Side(FromX, FromY);
        double d = other.Side(ToX, ToY);
        return (a > 0) != (b > 0) && (c > 0) != (d > 0);
    }

    /// <summary>Returns how far a point is from the line.</summary>
    /// <param name="x">The point's place from the left.</param>
    /// <param name="y">The point's place from the top.</param>
    /// <returns>The distance to the nearest place on it.</returns>
    public double Distance(double x, double y)
    {
        (double dx, double dy) = (ToX - FromX, ToY - FromY);
        double square = (dx * dx) + (dy * dy);
        double part = square == 0 ? 0 : Math.Clamp((((x - FromX) * dx) + ((y - FromY) * dy)) / square, 0, 1);
        (double awayX, double awayY) = (x - FromX - (part * dx), y - FromY - (part * dy));
        return Math.Sqrt((awayX * awayX) + (awayY * awayY));
    }

    /// <summary>Says whether the line meets a box (Liang and Barsky, 1984).</summary>
    /// <param name="box">The box.</param>
    /// <returns>True where a part of it lies inside.</returns>
    public bool Meets(Box box)
    {
        double dx = ToX - FromX;
        double dy = ToY - FromY;
        double first = 0;
        double last = 1;
        return Clip(-dx, FromX - box.Left, ref first, ref last) && Clip(dx, box.Right - FromX, ref first, ref last)
            && Clip(-dy, FromY - box.Top, ref first, ref last) && Clip(dy, box.Bottom - FromY, ref first, ref last);
    }

    private static bool Clip(double step, double room, ref double first, ref double last)
    {
        if (step == 0)
        {
            return room > 0;
        }

        double at = room / step;
        if (step < 0)
        {
            first = Math.Max(first, at);
        }
        else
        {
            last = Math.Min(last, at);
        }

        return first < last;
    }

    private double Side(double x, double y) => ((ToX - FromX) * (y - FromY)) - ((ToY - FromY) * (x - FromX));
}
