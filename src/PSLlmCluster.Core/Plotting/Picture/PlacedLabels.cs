namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>What is placed so far: boxes that no other may overlap, and leaders that none may cross.</summary>
/// <param name="area">Where labels may lie.</param>
internal sealed class PlacedLabels(Box area)
{
    /// <summary>The room between two labels.</summary>
    public const double Gap = 2;

    /// <summary>The room between a leader and another's label, which it would seem to underline.</summary>
    public const double BesideLeader = 4;

    private readonly List<Box> _boxes = [];
    private readonly List<Leader> _leaders = [];

    /// <summary>Returns a copy, to try further labels on.</summary>
    /// <returns>The copy, which shares nothing that changes.</returns>
    public PlacedLabels Copy()
    {
        PlacedLabels copy = new(area);
        copy._boxes.AddRange(_boxes);
        copy._leaders.AddRange(_leaders);
        return copy;
    }

    /// <summary>Says whether a label can be placed.</summary>
    /// <param name="box">Where it would lie.</param>
    /// <param name="leader">Its leader, or null.</param>
    /// <param name="beside">The room to labels on its left and right.</param>
    /// <param name="besideLeader">The room between its leader and other labels, and between it and other leaders.</param>
    /// <returns>True where it meets nothing that is there.</returns>
    public bool HasRoom(Box box, Leader? leader, double beside = Gap, double besideLeader = BesideLeader)
    {
        if (!area.Contains(box))
        {
            return false;
        }

        Box grown = box.Grow(Gap) with { Left = box.Left - beside, Right = box.Right + beside };
        foreach (Box other in _boxes)
        {
            if (grown.Overlaps(other) || (leader is { } line && line.Meets(other.Grow(besideLeader))))
            {
                return false;
            }
        }

        foreach (Leader other in _leaders)
        {
            if (other.Meets(box.Grow(besideLeader)) || (leader is { } line && line.Crosses(other)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes a place.</summary>
    /// <param name="box">Where the label lies.</param>
    /// <param name="leader">Its leader, or null.</param>
    public void Add(Box box, Leader? leader)
    {
        _boxes.Add(box);
        if (leader is { } line)
        {
            _leaders.Add(line);
        }
    }
}
