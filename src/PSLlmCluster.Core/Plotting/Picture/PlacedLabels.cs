namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>What is placed so far: boxes that no other may overlap, and leaders that none may cross.</summary>
/// <param name="area">Where labels may lie.</param>
internal sealed class PlacedLabels(Box area)
{
    /// <summary>The room between two labels.</summary>
    public const double Gap = 2;

    /// <summary>The room between a leader and another's label, which it would seem to underline.</summary>
    public const double BesideLeader = 4;

    // Where there are very many clusters, nearly all places that are tried are taken: which labels lie near is asked of cells, of so many
    // pixels.
    private const double Cell = 64;

    private readonly List<Box> _boxes = [];
    private readonly List<Leader> _leaders = [];
    private readonly int _columns = (int)(Math.Max(0, area.Right) / Cell) + 1;
    private readonly List<Box>?[] _cells =
        new List<Box>?[((int)(Math.Max(0, area.Right) / Cell) + 1) * ((int)(Math.Max(0, area.Bottom) / Cell) + 1)];

    /// <summary>Returns a copy, to try further labels on.</summary>
    /// <returns>The copy, which shares nothing that changes.</returns>
    public PlacedLabels Copy()
    {
        PlacedLabels copy = new(area);
        _boxes.ForEach(copy.AddBox);
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
        if (!area.Contains(box) || MeetsLabel(box.Grow(Gap) with { Left = box.Left - beside, Right = box.Right + beside }))
        {
            return false;
        }

        foreach (Box other in leader is null ? [] : _boxes)
        {
            if (leader!.Value.Meets(other.Grow(besideLeader)))
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

    /// <summary>Says whether a label can be placed as far as other labels go, which is soon known.</summary>
    /// <param name="box">Where it would lie.</param>
    /// <returns>False where <see cref="HasRoom"/> is false whatever its leader.</returns>
    public bool MayHaveRoom(Box box) => area.Contains(box) && !MeetsLabel(box.Grow(Gap));

    /// <summary>Takes a place.</summary>
    /// <param name="box">Where the label lies.</param>
    /// <param name="leader">Its leader, or null.</param>
    public void Add(Box box, Leader? leader)
    {
        AddBox(box);
        if (leader is { } line)
        {
            _leaders.Add(line);
        }
    }

    private void AddBox(Box box)
    {
        _boxes.Add(box);
        (int left, int right, int top, int bottom) = CellsOf(box);
        for (int row = top; row <= bottom; row++)
        {
            for (int column = left; column <= right; column++)
            {
                (_cells[(row * _columns) + column] ??= []).Add(box);
            }
        }
    }

    private bool MeetsLabel(Box grown)
    {
        (int left, int right, int top, int bottom) = CellsOf(grown);
        for (int row = top; row <= bottom; row++)
        {
            for (int column = left; column <= right; column++)
            {
                List<Box>? cell = _cells[(row * _columns) + column];
                for (int i = 0; i < (cell?.Count ?? 0); i++)
                {
                    if (grown.Overlaps(cell![i]))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    // What reaches beyond the cells lies in the outermost.
    private (int Left, int Right, int Top, int Bottom) CellsOf(Box box)
    {
        int rows = _cells.Length / _columns;
        return (
            Math.Clamp((int)(box.Left / Cell), 0, _columns - 1), Math.Clamp((int)(box.Right / Cell), 0, _columns - 1),
            Math.Clamp((int)(box.Top / Cell), 0, rows - 1), Math.Clamp((int)(box.Bottom / Cell), 0, rows - 1));
    }
}
