namespace PSLlmCluster.Core.Umap.Layout;

/// <summary>
/// The colour of each entry of a graph, while the entries are sorted by it: as many bytes for an entry as the largest colour so far needs,
/// mostly one.
/// </summary>
/// <param name="count">Number of entries, none of which has a colour at first.</param>
internal sealed class EntryColors(int count)
{
    private const int ByteBits = 8;

    // One byte of every entry each, the lowest first, of its colour plus 1; 0 is none.
    private byte[][] _planes = [new byte[count]];

    /// <summary>Gets the colour of an entry that has one.</summary>
    public int this[int entry] => Value(entry) - 1;

    /// <summary>Returns whether an entry has a colour.</summary>
    public bool Has(int entry) => Value(entry) != 0;

    /// <summary>Gives an entry a colour.</summary>
    public void Set(int entry, int color)
    {
        int value = color + 1;
        while (_planes.Length < sizeof(int) && value >> (ByteBits * _planes.Length) != 0)
        {
            _planes = [.. _planes, new byte[count]];
        }

        for (int i = 0; i < _planes.Length; i++)
        {
            _planes[i][entry] = (byte)(value >> (ByteBits * i));
        }
    }

    /// <summary>Gives the memory of some entries back; their colours are not there any more.</summary>
    public void Drop(int start, int end)
    {
        foreach (byte[] plane in _planes)
        {
            FreedMemory.Drop(plane, start, end);
        }
    }

    private int Value(int entry)
    {
        int value = 0;
        for (int i = 0; i < _planes.Length; i++)
        {
            value |= _planes[i][entry] << (ByteBits * i);
        }

        return value;
    }
}
