namespace PSLlmCluster.Module.Input;

/// <summary>Counts inputs of one kind, and names the first few of them.</summary>
internal sealed class IndexTally
{
    private const int Named = 5;
    private readonly List<int> _first = [];

    /// <summary>Gets how many there were.</summary>
    public int Count { get; private set; }

    /// <summary>Counts an input.</summary>
    /// <param name="index">Its position, from 0.</param>
    public void Add(int index)
    {
        Count++;
        if (_first.Count < Named)
        {
            _first.Add(index);
        }
    }

    /// <summary>Counts those that another tally has counted, which come after those of this one.</summary>
    /// <param name="later">The other.</param>
    public void Add(IndexTally later)
    {
        Count += later.Count;
        _first.AddRange(later._first.Take(Named - _first.Count));
    }

    /// <summary>Says how many there were, and which.</summary>
    /// <param name="singular">What one of them is called.</param>
    /// <param name="plural">What several of them are called.</param>
    /// <returns>The subject of a sentence with its verb, as in "2 texts (index 0, 7) were".</returns>
    public string Describe(string singular, string plural)
        => $"{Count} {(Count == 1 ? singular : plural)} (index {string.Join(", ", _first)}{(Count > Named ? ", …" : string.Empty)}) "
            + (Count == 1 ? "was" : "were");
}
