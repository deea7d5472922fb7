namespace PSLlmCluster.Core.Umap.Layout;

/// <summary>
/// The colour of each entry of a graph, while the entries are sorted by it: as many bytes as the usual colours need, mostly one, and the
/// few that lie beyond them apart.
/// </summary>
internal sealed class EntryColors
{
    private const int ByteBits = 8;
    private readonly byte[][] _bytes;
    private readonly int _none;
    private readonly Dictionary<int, int> _over = [];

    /// <summary>Initializes a new instance of the <see cref="EntryColors"/> class, in which no entry has a colour.</summary>
    /// <param name="count">Number of entries.</param>
    /// <param name="usual">Number of usual colours.</param>
    public EntryColors(int count, int usual)
    {
        int bytes = usual < byte.MaxValue ? 1 : usual < ushort.MaxValue ? sizeof(ushort) : sizeof(int);
        _none = bytes == sizeof(int) ? -1 : (1 << (ByteBits * bytes)) - 1;
        _bytes = new byte[bytes][];
        for (int i = 0; i < bytes; i++)
        {
            _bytes[i] = GC.AllocateUninitializedArray<byte>(count);
            Array.Fill(_bytes[i], byte.MaxValue);
        }
    }

    /// <summary>Gets the colour of an entry that has one.</summary>
    public int this[int entry]
    {
        get
        {
            int color = Usual(entry);
            return color != _none ? color : _over[entry];
        }
    }

    /// <summary>Returns whether an entry has a usual colour.</summary>
    public bool Has(int entry) => Usual(entry) != _none;

    /// <summary>Gives an entry a usual colour; -1 gives it none.</summary>
    public void Set(int entry, int color)
    {
        for (int i = 0; i < _bytes.Length; i++)
        {
            _bytes[i][entry] = (byte)(color >> (ByteBits * i));
        }
    }

    /// <summary>Gives an entry without one a colour beyond the usual ones.</summary>
    public void SetOver(int entry, int color) => _over.Add(entry, color);

    /// <summary>Gives the memory of some entries back; their colours are not there any more.</summary>
    public void Drop(int start, int end)
    {
        foreach (byte[] bytes in _bytes)
        {
            FreedMemory.Drop(bytes, start, end);
        }
    }

    private int Usual(int entry)
    {
        int color = _bytes[0][entry];
        for (int i = 1; i < _bytes.Length; i++)
        {
            color |= _bytes[i][entry] << (ByteBits * i);
        }

        return color;
    }
}
