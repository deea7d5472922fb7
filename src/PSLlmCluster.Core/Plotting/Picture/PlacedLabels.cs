using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>What is placed so far: boxes that no other may overlap, and leaders that none may cross.</summary>
/// <param name="area">Where labels may lie.</param>
internal sealed class PlacedLabels(Box area)
{
    /// <summary>The room between two labels, and between a label and another's leader.</summary>
    private const double Gap = 2;

    private readonly ValueList<Box> _boxes = new();
    private readonly ValueList<Leader> _leaders = new();

    /// <summary>Returns a copy, to try further labels on.</summary>
    /// <returns>The copy, which shares nothing that changes.</returns>
    public PlacedLabels Copy()
    {
        PlacedLabels copy = new(area);
        copy._boxes.Add(_boxes);
        copy._leaders.Add(_leaders);
        return copy;
    }

    /// <summary>Says whether a label can be placed.</summary>
    /// <param name="box">Where it would lie.</param>
    /// <param name="leader">Its leader, or null.</param>
    /// <returns>True where it meets nothing that is there.</returns>
    public bool HasRoom(Box box, Leader? leader)
    {
        if (!area.Contains(box))
        {
            return false;
        }

        Box grown = box.Grow(Gap);
        foreach (Box other in _boxes.Items)
        {
            if (grown.Overlaps(other) || (leader is { } line && line.Meets(other.Grow(Gap))))
            {
                return false;
            }
        }

        foreach (Leader other in _leaders.Items)
        {
            if (other.Meets(grown) || (leader is { } line && line.Crosses(other)))
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
